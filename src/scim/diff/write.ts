/** Edits as PATCH operations of a dialect. */

import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../json.js';
import type { PatchOperation } from '../patch/request.js';
import type { PatchDialect } from './dialect.js';
import { type Edit, pathOf } from './edit.js';

/** EDITS in the words of DIALECT, in an order that gives the same result. */
export function writeEdits(edits: readonly Edit[], dialect: PatchDialect): PatchOperation[] {
  if (dialect.paths === 'path') return edits.map((edit) => withPath(edit, dialect));
  const set: JsonObject = {};
  const append: JsonObject = {};
  const rest: PatchOperation[] = [];
  for (const edit of edits) {
    if (edit.value === undefined || edit.filter !== undefined) rest.push(withPath(edit, dialect));
    else put(isAppend(edit) ? append : set, edit, encode(edit.value, dialect), dialect.paths);
  }
  // Values come before removals, so that no attribute is unassigned on the way, and new elements of lists after them.
  return [...pathless('replace', set), ...rest, ...pathless('add', append)];
}

/** A new element of a list must be added: a replace would be the whole list. */
function isAppend({ op, place, sub }: Edit): boolean {
  return op === 'add' && place.attribute.multiValued && sub === undefined;
}

function withPath(edit: Edit, dialect: PatchDialect): PatchOperation {
  const operation = { op: edit.op, path: pathOf(edit) };
  return edit.value === undefined ? operation : { ...operation, value: encode(edit.value, dialect) };
}

function pathless(op: 'add' | 'replace', value: JsonObject): PatchOperation[] {
  return Object.keys(value).length === 0 ? [] : [{ op, value }];
}

function put(target: JsonObject, edit: Edit, value: JsonValue, paths: 'nested' | 'dotted'): void {
  const { place, sub } = edit;
  if (paths === 'nested') {
    const holder = place.extension === undefined ? target : memberObject(target, place.extension);
    if (sub === undefined) setMember(holder, place.attribute.name, value);
    else setMember(memberObject(holder, place.attribute.name), sub.name, value);
  } else if (sub === undefined && isJsonObject(value) && !place.attribute.subAttributes.some((s) => s.required)) {
    for (const [name, member] of Object.entries(value)) setMember(target, `${pathOf({ place })}.${name}`, member);
  } else {
    setMember(target, pathOf({ place, sub }), value);
  }
}

/** The member NAME of OBJECT, an object that is made when there is none. */
function memberObject(object: JsonObject, name: string): JsonObject {
  const present = Object.hasOwn(object, name) ? object[name] : undefined;
  if (isJsonObject(present)) return present;
  const made: JsonObject = {};
  setMember(object, name, made);
  return made;
}

/** VALUE with its booleans as DIALECT writes them. */
function encode(value: JsonValue, dialect: PatchDialect): JsonValue {
  return dialect.booleans === 'json' ? value : encodeBooleans(value, dialect.booleans === 'True');
}

function encodeBooleans(value: JsonValue, capital: boolean): JsonValue {
  if (typeof value === 'boolean') return capital ? (value ? 'True' : 'False') : String(value);
  if (Array.isArray(value)) return value.map((element) => encodeBooleans(element, capital));
  if (!isJsonObject(value)) return value;
  const encoded: JsonObject = {};
  for (const [name, member] of Object.entries(value)) setMember(encoded, name, encodeBooleans(member, capital));
  return encoded;
}
