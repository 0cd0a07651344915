/** What a zod schema expects at a place: the alternatives, their members and documentation. */

import * as z from 'zod';
import { type Path, partAt } from './yaml-text.js';

export type Schema = z.core.$ZodType;

/** What an editor is told of a schema by `.meta({…})`, beside `description`. */
interface Notes {
  /** What a person should know of it, in one or two sentences. */
  readonly description: string | undefined;
  /** Who knows what can stand here, below it and all the way down: a name among the sources. */
  readonly source: string | undefined;
}

/** Where a path leads. */
export interface Reached {
  /** Alternatives, without wrappers: objects, lists, texts, … */
  readonly alternatives: readonly Schema[];
  readonly description: string | undefined;
  /** The source that answers for this place, and the path to the place from the schema that names it. */
  readonly source: { readonly name: string; readonly rest: Path } | undefined;
}

/** Where PATH leads from SCHEMA in VALUE, which decides between alternatives; undefined when it leads nowhere. */
export function reach(schema: Schema, path: Path, value: unknown): Reached | undefined {
  const { description, source } = notesOf(schema);
  if (source !== undefined)
    return { alternatives: fitting(schema, value), description, source: { name: source, rest: path } };
  const [key, ...rest] = path;
  const alternatives = fitting(schema, value);
  if (key === undefined) {
    const name = alternatives.map((one) => notesOf(one).source).find((one) => one !== undefined);
    return { alternatives, description, source: name === undefined ? undefined : { name, rest: [] } };
  }
  const found = alternatives.flatMap((alternative) => {
    const next = memberOf(alternative, key);
    return (next && reach(next, rest, partAt(value, [key]))) ?? [];
  });
  const [first] = found;
  return first && { ...first, alternatives: found.flatMap((one) => one.alternatives) };
}

/** The members of SCHEMA, an object; nothing for another schema. */
export function membersOf(schema: Schema): readonly (readonly [name: string, schema: Schema])[] {
  return schema instanceof z.ZodObject ? Object.entries(schema.shape) : [];
}

/** The values that SCHEMA allows, when it lists them. */
export function choicesOf(schema: Schema): readonly string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  if (schema instanceof z.ZodBoolean) return ['true', 'false'];
  return [];
}

/** What `.meta` tells of SCHEMA, or of what it wraps. */
export function notesOf(schema: Schema): Notes {
  const own = z.globalRegistry.get(schema);
  const inner = unwrapped(schema);
  const below = inner === undefined ? undefined : notesOf(inner);
  return {
    description: own?.description ?? below?.description,
    source: typeof own?.source === 'string' ? own.source : below?.source,
  };
}

/** SCHEMA without wrappers, as a list of its alternatives. */
function alternativesOf(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => alternativesOf(option));
  const inner = unwrapped(schema);
  return inner === undefined ? [schema] : alternativesOf(inner);
}

/** What SCHEMA wraps: optional, read-only, with a default, transformed, … */
function unwrapped(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodPipe) return schema.in instanceof z.ZodTransform ? schema.out : schema.in;
  if (schema instanceof z.ZodLazy) return schema.unwrap();
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapper ? schema.unwrap() : undefined;
}

/** The alternatives of SCHEMA that VALUE does not contradict by a fixed member, as `scheme: bearer` is one. */
function fitting(schema: Schema, value: unknown): readonly Schema[] {
  const all = alternativesOf(schema);
  const fit = all.filter((alternative) => !contradicts(alternative, value));
  return fit.length === 0 ? all : fit;
}

function contradicts(schema: Schema, value: unknown): boolean {
  return membersOf(schema).some(([name, member]) => {
    const [only] = alternativesOf(member);
    const given = partAt(value, [name]);
    return only instanceof z.ZodLiteral && typeof given === 'string' && !choicesOf(only).includes(given);
  });
}

function memberOf(schema: Schema, key: PropertyKey): Schema | undefined {
  if (schema instanceof z.ZodArray) return typeof key === 'number' ? schema.element : undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  const member = membersOf(schema).find(([name]) => name === key);
  return member?.[1];
}

/** Does a value of SCHEMA begin on a line of its own, as maps and lists of maps do? */
export function wantsLines(schema: Schema): boolean {
  return alternativesOf(schema).every(
    (one) =>
      one instanceof z.ZodObject ||
      one instanceof z.ZodRecord ||
      (one instanceof z.ZodArray && wantsLines(one.element)),
  );
}
