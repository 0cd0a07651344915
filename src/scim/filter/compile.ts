/**
 * Evaluating filters (RFC 7644 §3.4.2.2): a filter becomes one closure per node.
 *
 * The values of `emails.type` are the assigned `type`s of all emails; a condition holds when it holds for any of them.
 * null, absent and `[]` are one state, unassigned (RFC 7643 §2.5): `eq null` is `not (… pr)`, and where the standard is
 * silent, `ne` holds for what is unassigned while every other operator does not.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { AttributePath } from '../schema/resource-type.js';
import { comparedAs, getAttribute, type ResourceType, subAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { urn as urns } from '../urn.js';
import type { CompareFilter, Filter } from './ast.js';
import { compileComparison, type ValueTest } from './compare.js';

/**
 * A predicate for resources of TYPE. Names are compared without regard to case, values as the schema says; an attribute
 * that TYPE does not have counts as unassigned. Without TYPE the predicate serves any JSON: names without regard to
 * case, strings exactly, dateTimes as instants, complex values by their `value`.
 * Throws ProtocolError 400 `invalidFilter`, with the offset, where RFC 7644 Table 3 forbids a comparison.
 */
export function compileFilter(filter: Filter, type: ResourceType | undefined): (resource: JsonObject) => boolean {
  return compileNode(filter, type === undefined ? anyObject : resourceScope(type));
}

/**
 * A predicate for single values of the multi-valued ATTRIBUTE, as the filter in `attribute[filter]` selects them. For
 * simple values the filter says `value` (RFC 7644 §3.5.2.2). Same errors as `compileFilter`.
 */
export function compileElementFilter(filter: Filter, attribute: AttributeDefinition): (element: JsonValue) => boolean {
  return compileNode(filter, elementScope(attribute));
}

/** Is anything assigned? RFC 7644 Table 3 `pr`: a non-empty value, or a complex value with a non-empty node. */
export function isPresent(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return Array.isArray(value) ? value.some(isPresent) : Object.values(value).some(isPresent);
}

type Test = (subject: JsonValue) => boolean;

/** Where an attribute's value stands, and what it is. */
interface Target {
  readonly read: (subject: JsonValue) => JsonValue | undefined;
  /** Name of a sub-attribute to look at in each value. */
  readonly sub: string | undefined;
  /** Of the sub-attribute if there is one; undefined when no schema says. */
  readonly definition: AttributeDefinition | undefined;
}

/** What the names in a filter mean; undefined for an attribute that does not exist. */
type Scope = (path: AttributePath) => Target | undefined;

function compileNode(filter: Filter, scope: Scope): Test {
  switch (filter.kind) {
    case 'and':
      return allOf(filter.filters.map((operand) => compileNode(operand, scope)));
    case 'or':
      return anyOf(filter.filters.map((operand) => compileNode(operand, scope)));
    case 'not': {
      const test = compileNode(filter.filter, scope);
      return (subject) => !test(subject);
    }
    case 'present':
      return presence(scope(filter.path));
    case 'valuePath':
      return elementTest(filter.filter, scope(filter.path));
    case 'compare':
      return comparison(filter, scope(filter.path));
  }
}

function allOf(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first !== undefined && second !== undefined && tests.length === 2) {
    return (subject) => first(subject) && second(subject);
  }
  return (subject) => tests.every((test) => test(subject));
}

function anyOf(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first !== undefined && second !== undefined && tests.length === 2) {
    return (subject) => first(subject) || second(subject);
  }
  return (subject) => tests.some((test) => test(subject));
}

function presence(target: Target | undefined): Test {
  if (target === undefined) return never;
  const { read, sub } = target;
  if (sub === undefined) return (subject) => isPresent(read(subject));
  return (subject) => anySub(read(subject), sub, isPresent) === true;
}

function comparison(filter: CompareFilter, target: Target | undefined): Test {
  if (filter.value === null && (filter.operator === 'eq' || filter.operator === 'ne')) {
    const assigned = presence(target);
    return filter.operator === 'ne' ? assigned : (subject) => !assigned(subject);
  }
  const whenUnassigned = filter.operator === 'ne';
  if (target === undefined) return whenUnassigned ? always : never;
  const { read, sub, definition } = comparable(target);
  const test = compileComparison(filter, definition);
  if (sub === undefined) return (subject) => any(read(subject), test) ?? whenUnassigned;
  return (subject) => anySub(read(subject), sub, test) ?? whenUnassigned;
}

/** `emails co "x"` means `emails.value co "x"`, as RFC 7644 Figure 2 has it against its own text. */
function comparable(target: Target): Target {
  if (target.definition?.type !== 'complex' || target.sub !== undefined) return target;
  const definition = subAttribute(target.definition, 'value');
  if (definition === undefined) return target;
  return { ...target, sub: definition.name, definition: comparedAs(target.definition, definition) };
}

function elementTest(filter: Filter, target: Target | undefined): Test {
  if (target === undefined) return never;
  const { read, sub, definition } = target;
  const test = compileNode(filter, definition === undefined ? anyObject : elementScope(definition));
  if (sub === undefined) return (subject) => any(read(subject), test) === true;
  return (subject) => anySub(read(subject), sub, test) === true;
}

/** Does TEST hold for any value of VALUE? Undefined when it has none. */
function any(value: JsonValue | undefined, test: ValueTest): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return test(value);
  let outcome: boolean | undefined;
  for (const element of value) {
    const holds = any(element, test);
    if (holds === true) return true;
    outcome ??= holds;
  }
  return outcome;
}

/** The same for the sub-attribute SUB of VALUE; of a simple value the sub-attribute `value` is the value itself. */
function anySub(value: JsonValue | undefined, sub: string, test: ValueTest): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return any(member(value, sub), test);
  let outcome: boolean | undefined;
  for (const element of value) {
    const holds = anySub(element, sub, test);
    if (holds === true) return true;
    outcome ??= holds;
  }
  return outcome;
}

function member(subject: JsonValue, name: string): JsonValue | undefined {
  if (isJsonObject(subject)) return getAttribute(subject, name);
  return name.toLowerCase() === 'value' && !Array.isArray(subject) ? subject : undefined;
}

function resourceScope(type: ResourceType): Scope {
  return (path) => {
    const resolved = type.resolve(path);
    if (resolved === undefined) return isOpen(type, path.urn) ? anyObject(path) : undefined;
    const { extension, attribute, sub } = resolved;
    const name = attribute?.name;
    const container = extension === undefined ? itself : reader(extension);
    return {
      read: name === undefined ? container : (subject) => memberOf(container(subject), name),
      sub: sub?.name,
      definition: attribute === undefined || sub === undefined ? attribute : comparedAs(attribute, sub),
    };
  };
}

/** Is URN, or without it the core, a schema that the server named and never described, so that any attribute may exist? */
function isOpen(type: ResourceType, urn: string | undefined): boolean {
  const schema = urn === undefined ? type.core : type.extension(urn)?.schema;
  return schema !== undefined && schema.attributes.length === 0;
}

function elementScope(attribute: AttributeDefinition): Scope {
  if (attribute.type !== 'complex') {
    const isValue = (path: AttributePath) => path.name.toLowerCase() === 'value' && path.sub === undefined;
    return (path) => (isValue(path) ? { read: itself, sub: undefined, definition: attribute } : undefined);
  }
  return (path) => {
    const definition = path.urn === undefined ? subAttribute(attribute, path.name) : undefined;
    if (definition === undefined) return undefined;
    const read = reader(definition.name);
    if (path.sub === undefined) return { read, sub: undefined, definition: comparedAs(attribute, definition) };
    const sub = subAttribute(definition, path.sub);
    return sub === undefined ? undefined : { read, sub: sub.name, definition: sub };
  };
}

/** Without a schema: every name may exist. */
const anyObject: Scope = ({ urn, name, sub }) => {
  if (urn === undefined) return { read: reader(name), sub, definition: undefined };
  const whole = `${urn}:${name}`;
  return {
    read: (subject) => {
      if (!isJsonObject(subject)) return undefined;
      const extension = getAttribute(subject, urn);
      if (isJsonObject(extension)) return getAttribute(extension, name);
      return getAttribute(subject, whole) ?? (isCoreSchema(subject, urn) ? getAttribute(subject, name) : undefined);
    },
    sub,
    definition: undefined,
  };
};

/** Are the attributes of schema URN at the top level of RESOURCE? */
function isCoreSchema(resource: JsonObject, urn: string): boolean {
  const lower = urn.toLowerCase();
  if (lower === urns.user.toLowerCase() || lower === urns.group.toLowerCase()) return true;
  const schemas = getAttribute(resource, 'schemas');
  return (
    Array.isArray(schemas) && schemas.some((schema) => typeof schema === 'string' && schema.toLowerCase() === lower)
  );
}

function reader(name: string): (subject: JsonValue) => JsonValue | undefined {
  return (subject) => member(subject, name);
}

function memberOf(subject: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(subject) ? getAttribute(subject, name) : undefined;
}

const itself: Target['read'] = (subject) => subject;
const never: Test = () => false;
const always: Test = () => true;
