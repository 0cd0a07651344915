/** RFC 7643 §2: a schema as a checker: which members an object may have, and zod for their values. */

import * as z from 'zod';
import { parseDateTime } from '../date-time.js';
import { defaultSubAttributes } from './common.js';
import type { ResourceType } from './resource-type.js';
import type { AttributeDefinition } from './types.js';

/** Who sends the resource, and what for. */
export type Direction = 'create' | 'replace' | 'response';

/** `projection` is a response that holds selected attributes only; `patch` is the value of a PATCH operation. */
export type Mode = Direction | 'projection' | 'patch';

/** What presence of a member means: `ignored` by the server, `refused` by it, `leaked` by it, or nothing special. */
export type Presence = 'expected' | 'ignored' | 'refused' | 'leaked' | 'undeclared';

/** A member that an object may have. */
export interface Member {
  /** The schema's spelling: attribute name or extension URN. */
  readonly name: string;
  /** Undefined for an extension. */
  readonly attribute: AttributeDefinition | undefined;
  readonly presence: Presence;
  /** Members of the value, or of its elements, when those are objects; undefined when not looked into. */
  readonly children: Members | undefined;
}

/** The members that an object may have. */
export interface Members {
  /** By the schema's spelling. */
  readonly exact: ReadonlyMap<string, Member>;
  readonly lower: ReadonlyMap<string, Member>;
  /** Is nothing known about the object, so that no member is unknown? */
  readonly open: boolean;
  /** What has these members, for messages. */
  readonly owner: string;
}

/** Both halves of the check of one kind of object. */
export interface CompiledObject {
  readonly members: Members;
  /** For an object whose members are spelt as in the schema. Members without a rule are not looked at. */
  readonly values: z.ZodType;
}

/** Kinds of custom zod issues, in `params.kind`. */
export type CheckKind =
  | 'dateTime'
  | 'integer'
  | 'binary'
  | 'reference'
  | 'canonical'
  | 'empty'
  | 'unassigned'
  | 'primary';

const compiledTypes = new WeakMap<ResourceType, Map<Mode, CompiledObject>>();
const compiledAttributes = new WeakMap<AttributeDefinition, Map<Mode, CompiledObject>>();

/**
 * TYPE as a zod schema for resources whose members are spelt as in the schema; unknown members are not its business.
 * Compiled once per type and direction. It validates: its output is to be thrown away.
 */
export function compileResource(type: ResourceType, direction: Direction): z.ZodType {
  return compileType(type, direction).values;
}

/** TYPE as a checker, compiled once per MODE. */
export function compileType(type: ResourceType, mode: Mode): CompiledObject {
  return memoised(compiledTypes, type, mode, () => {
    const extensions = type.extensions.map(({ schema, required }): [Member, z.ZodType] => {
      const inner = compileMembers(schema.id, schema.attributes, [], mode, schema.attributes.length === 0);
      const member: Member = { name: schema.id, attribute: undefined, presence: 'expected', children: inner.members };
      return [member, required && demandsRequired(mode) ? inner.values : inner.values.nullish()];
    });
    return compileMembers(type.name, type.attributes, extensions, mode, type.core.attributes.length === 0);
  });
}

/** A checker for an object with ATTRIBUTE as its only member. */
export function compileAttribute(attribute: AttributeDefinition, mode: Mode): CompiledObject {
  return memoised(compiledAttributes, attribute, mode, () =>
    compileMembers(attribute.name, [attribute], [], mode, false),
  );
}

function memoised<K extends object>(
  cache: WeakMap<K, Map<Mode, CompiledObject>>,
  key: K,
  mode: Mode,
  compile: () => CompiledObject,
): CompiledObject {
  let byMode = cache.get(key);
  if (byMode === undefined) {
    byMode = new Map();
    cache.set(key, byMode);
  }
  let compiled = byMode.get(mode);
  if (compiled === undefined) {
    compiled = compile();
    byMode.set(mode, compiled);
  }
  return compiled;
}

function compileMembers(
  owner: string,
  attributes: readonly AttributeDefinition[],
  extensions: readonly [Member, z.ZodType][],
  mode: Mode,
  open: boolean,
): CompiledObject {
  const exact = new Map<string, Member>();
  const shape: Record<string, z.ZodType> = {};
  const add = (member: Member, values: z.ZodType): void => {
    exact.set(member.name, member);
    if (member.presence === 'expected') shape[member.name] = values;
  };
  for (const attribute of attributes) add(...compileMember(attribute, mode));
  for (const extension of extensions) add(...extension);
  const lower = new Map([...exact].map(([name, member]) => [name.toLowerCase(), member]));
  return { members: { exact, lower, open, owner }, values: z.object(shape) };
}

function compileMember(attribute: AttributeDefinition, mode: Mode): [Member, z.ZodType] {
  const presence = presenceOf(attribute, mode);
  const inner = attribute.type === 'complex' && presence === 'expected' ? compileComplex(attribute, mode) : undefined;
  const member: Member = { name: attribute.name, attribute, presence, children: inner?.members };
  const single = inner?.values ?? simpleValue(attribute, mode);
  return [member, withCardinality(attribute, single, mode)];
}

function compileComplex(attribute: AttributeDefinition, mode: Mode): CompiledObject {
  const declared = attribute.subAttributes;
  const compiled = compileMembers(attribute.name, declared, [], mode, declared.length === 0);
  if (!attribute.multiValued || declared.length === 0) return compiled;
  // RFC 7643 §2.4 gives every multi-valued attribute a default set; a schema that declares others says "otherwise".
  const { exact, lower } = compiled.members;
  const undeclared = defaultSubAttributes
    .filter((sub) => !lower.has(sub.name.toLowerCase()))
    .map((sub): Member => ({ name: sub.name, attribute: sub, presence: 'undeclared', children: undefined }));
  const members: Members = {
    ...compiled.members,
    exact: new Map([...exact, ...undeclared.map((member): [string, Member] => [member.name, member])]),
    lower: new Map([...lower, ...undeclared.map((member): [string, Member] => [member.name.toLowerCase(), member])]),
  };
  return { members, values: compiled.values };
}

/** RFC 7644 §3.3, §3.5.1, §3.5.2: read-only values are ignored in POST and PUT and an error in PATCH. */
function presenceOf(attribute: AttributeDefinition, mode: Mode): Presence {
  if (mode === 'response' || mode === 'projection') return attribute.returned === 'never' ? 'leaked' : 'expected';
  if (attribute.mutability !== 'readOnly') return 'expected';
  return mode === 'patch' ? 'refused' : 'ignored';
}

function demandsRequired(mode: Mode): boolean {
  return mode !== 'patch' && mode !== 'projection';
}

function isRequired(attribute: AttributeDefinition, mode: Mode): boolean {
  if (!attribute.required || mode === 'patch') return false;
  if (mode === 'projection') return attribute.returned === 'always';
  if (mode !== 'response') return attribute.mutability !== 'readOnly';
  return attribute.mutability !== 'writeOnly' && (attribute.returned === 'always' || attribute.returned === 'default');
}

/** RFC 7643 §2.5: null, an empty array and nothing at all are the same state, "unassigned". */
function withCardinality(attribute: AttributeDefinition, single: z.ZodType, mode: Mode): z.ZodType {
  const required = isRequired(attribute, mode);
  if (!attribute.multiValued) return required ? single : single.nullish();
  const list = primaryOnce(attribute, z.array(single));
  if (!required) return list.nullish();
  return list.refine((value) => !Array.isArray(value) || value.length > 0, kind('unassigned'));
}

function primaryOnce(attribute: AttributeDefinition, list: z.ZodType): z.ZodType {
  if (attribute.type !== 'complex') return list;
  return list.check((payload) => {
    if (!Array.isArray(payload.value)) return;
    let primaries = 0;
    for (const [index, element] of payload.value.entries()) {
      if (element?.primary !== true) continue;
      primaries += 1;
      if (primaries < 2) continue;
      const path = [index, 'primary'];
      payload.issues.push({ code: 'custom', input: true, path, ...kind('primary') });
    }
  });
}

function kind(name: CheckKind): { params: { kind: CheckKind } } {
  return { params: { kind: name } };
}

function simpleValue(attribute: AttributeDefinition, mode: Mode): z.ZodType {
  switch (attribute.type) {
    case 'boolean':
      return z.boolean();
    case 'decimal':
      return z.number();
    case 'integer':
      return z.number().refine(Number.isInteger, kind('integer'));
    case 'dateTime':
      return z.string().refine((value) => parseDateTime(value) !== undefined, kind('dateTime'));
    case 'binary':
      return z.string().refine(isBase64, kind('binary'));
    case 'reference':
      return z.string().refine(isUriReference, kind('reference'));
    case 'complex':
      return z.looseObject({});
    case 'string':
      return stringValue(attribute, mode);
  }
}

function stringValue(attribute: AttributeDefinition, mode: Mode): z.ZodType {
  let value = z.string();
  if (isRequired(attribute, mode)) value = value.refine((text) => text !== '', kind('empty'));
  if (attribute.canonicalValues.length === 0) return value;
  const known = new Set(attribute.canonicalValues.map((text) => canonical(attribute, text)));
  return value.refine((text) => known.has(canonical(attribute, text)), kind('canonical'));
}

function canonical(attribute: AttributeDefinition, text: string): string {
  return attribute.caseExact ? text : text.toLowerCase();
}

/** RFC 7643 §2.3.6: base64 or base64url, trailing padding may be missing. */
function isBase64(value: string): boolean {
  const digits = value.replace(/={1,2}$/, '');
  if (!/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)$/.test(digits) || digits.length % 4 === 1) return false;
  return digits.length === value.length || value.length % 4 === 0;
}

/** RFC 7643 §2.3.7: a URI or a relative reference (RFC 3986 §4.1), by the characters that it may hold. */
function isUriReference(value: string): boolean {
  return /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\dA-Fa-f]{2})*$/.test(value);
}
