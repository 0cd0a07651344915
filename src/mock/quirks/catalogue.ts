/** Every quirk, for people: completion, hover texts and the table of the manual. */

import * as z from 'zod';
import { find, names } from '../../vendors/index.js';
import { quirkSchemas, settingsOf, standardSettings } from './values.js';

/** What there is to know of a quirk. */
export interface QuirkInfo {
  /** `page.max`. */
  readonly name: string;
  /** What it says, in a sentence. */
  readonly doc: string;
  /** What it can be, in words. */
  readonly kind: string;
  /** The values that can be listed: `index`, `cursor`, `true`; those of its elements when it is a list. */
  readonly values: readonly string[];
  /** What it is without a vendor. */
  readonly standard: unknown;
  /** The vendors that have it, with what it is there. */
  readonly vendors: readonly { readonly name: string; readonly value: unknown }[];
  readonly schema: z.ZodType;
}

/** The flags of the profiles, which have their sentences here as far as a server is concerned. */
const docs: Readonly<Record<string, string>> = {
  'base.pathCase': 'Whether endpoints are spelled as in RFC 7644 or in lower case',
  'base.trailingSlash': 'With keep, a base URL may end in a slash: several slashes count as one',
  'headers.required': 'Headers without which a request is refused',
  'http.acceptTypes': 'Media types of answers; the first is used',
  'discovery.spcPath': 'Where ServiceProviderConfig is; null for nowhere',
  'discovery.resourceTypesPath': 'Where ResourceTypes are; null for nowhere',
  'discovery.schemasPath': 'Where Schemas are; null for nowhere',
  'discovery.schemaAddress': 'Whether a schema is addressed by its URN or by a short name: /Schemas/Users',
  'discovery.schemaNames': 'With short addresses, the schemas that there are',
  'features.bulk': 'Whether Bulk is supported; unknown leaves it to the rules',
  'features.sort': 'Whether sorting is supported; unknown leaves it to the rules',
  'features.etag': 'Whether ETags are supported; unknown leaves it to the rules',
  'page.mode': 'How lists are paged: by index, by cursor, not at all, or (auto) as the rules have it',
  'page.default': 'Resources in a page when nobody asks for a number',
  'page.max': 'Resources in a page at most',
  'page.maxStartIndex': 'The largest startIndex; larger ones are refused',
  'list.resourcesKey': 'With any, lists call their resources `resources`',
  'list.totalTrusted': 'Whether totalResults is there when a list has several pages by cursor',
  'filter.ops': 'Operators of filters',
  'filter.logic': 'Logical operators of filters',
  'filter.attributes': 'By resource type, the attributes that can be filtered by',
  'filter.maxNodes': 'Comparisons and logical operators in one filter at most',
  'filter.unsupportedResult': 'What comes of a filter that is not supported: an error, no resource or every resource',
  'lookup.missing': 'What a filter that finds nothing is answered with; the first is used',
  'update.userVerbs': 'Methods that change users',
  'update.groupVerbs': 'Methods that change groups',
  'patch.opCase': 'With capital, `op` must begin with a capital letter',
  'patch.boolean': 'How Booleans must be written in PATCH',
  'patch.pathless': 'What the value of an operation without path may be: dotted takes no objects, forbidden nothing',
  'patch.removeMember': 'With value-array, members are removed by a list in `value` only',
  'patch.maxMembersAdd': 'Members that one PATCH can add',
  'patch.maxMembersRemove': 'Members that one PATCH can remove',
  'patch.mixMemberOps': 'Whether one PATCH can add members and remove others',
  'patch.replaceAllMembers': 'Whether PATCH can replace or remove all members',
  'patch.result': 'The status of a PATCH that is done',
  'patch.noTargetOnRemove': 'Whether `remove` with a filter that matches nothing is an error',
  'patch.attributes': 'By resource type, the only attributes that PATCH can change',
  'multi.maxValues': 'By attribute of users (`*`: every other), how many values it can have',
  'multi.requirePrimary': 'Attributes of users of which one value must be primary',
  'create.required': 'By resource type, attributes without which none is created',
  'create.forbidden': 'By resource type, attributes that are refused in POST and PUT',
  'create.maxMembers': 'Members that a group can be created with',
  'id.semantics': 'With external, the id of a user is the externalId that the client gave',
  'deprovision.deleteEffect': 'What DELETE of a user does',
  'deprovision.reversible': 'Whether a user can be activated again after a DELETE that deactivated it',
  'groups.supported': 'Whether there are groups',
  'groups.membersReadable': 'Whether groups show their members',
  'error.shape': 'What errors look like: SCIM 2.0, SCIM 1.1, something else, or a page of HTML',
  'error.names': 'Names of errors by the status that they come with',
  'rate.headers': 'Names of the headers that tell of the rate limit',
  'rate.resetKind': 'What the reset header holds; auto is epoch',
  'rate.limits': 'How many requests of a kind are taken in a time',
  'rate.concurrency': 'How many requests are taken at the same time',
  'rate.disguised': 'The answer to too many requests, when it is not 429',
  'token.ttl': 'How long a token is good for from the start of the server, as ISO 8601 has it: P1Y',
  'token.maxActive': 'How many tokens there can be at the same time',
};

let catalogue: readonly QuirkInfo[] | undefined;

/** Every quirk, by section and name; made when first asked for. */
export function quirkCatalogue(): readonly QuirkInfo[] {
  catalogue ??= makeCatalogue();
  return catalogue;
}

function makeCatalogue(): readonly QuirkInfo[] {
  const standard = standardSettings();
  const settings = names()
    .filter((name) => find(name)?.name !== 'generic')
    .map((name) => ({ name, quirks: settingsOf(name) }));
  return [...quirkSchemas()]
    .map(([name, schema]) => ({
      name,
      schema,
      doc: schema.description ?? docs[name] ?? '',
      ...described(schema),
      standard: standard.get(name),
      vendors: settings.flatMap((vendor) =>
        vendor.quirks.has(name) ? [{ name: vendor.name, value: vendor.quirks.get(name) }] : [],
      ),
    }))
    .toSorted((left, right) => left.name.localeCompare(right.name, 'en'));
}

/** SCHEMA in words, and the values that it lists. */
function described(schema: z.ZodType): { kind: string; values: string[] } {
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodNullable) return unwrapped(schema);
  if (schema instanceof z.ZodEnum) {
    const values = schema.options.map(String);
    return { kind: values.join(' | '), values };
  }
  if (schema instanceof z.ZodBoolean) return { kind: 'true | false', values: ['true', 'false'] };
  if (schema instanceof z.ZodLiteral) {
    const values = [...schema.values].map(String);
    return { kind: values.join(' | '), values };
  }
  if (schema instanceof z.ZodUnion) {
    const parts = schema.options.filter((option) => option instanceof z.ZodType).map(described);
    return { kind: parts.map(({ kind }) => kind).join(' | '), values: parts.flatMap(({ values }) => values) };
  }
  if (schema instanceof z.ZodArray) return listOf(schema);
  if (schema instanceof z.ZodNumber) return { kind: 'number', values: [] };
  return { kind: schema instanceof z.ZodString ? 'text' : 'mapping', values: [] };
}

function unwrapped(schema: z.ZodReadonly | z.ZodNullable): { kind: string; values: string[] } {
  const inner = schema.unwrap();
  const { kind, values } = inner instanceof z.ZodType ? described(inner) : { kind: 'mapping', values: [] };
  return schema instanceof z.ZodNullable ? { kind: `${kind} | null`, values: [...values, 'null'] } : { kind, values };
}

function listOf(schema: z.ZodArray): { kind: string; values: string[] } {
  const { element } = schema;
  const { kind, values } = element instanceof z.ZodType ? described(element) : { kind: 'mapping', values: [] };
  return { kind: `list of ${kind}`, values };
}
