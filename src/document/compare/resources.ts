/** Two resources side by side. */

import type { ResourceType } from '../../scim/schema/resource-type.js';
import { unifiedDiff } from '../edit/unified.js';
import { type ExactJson, isExactObject, parseExactJson, printExactJson } from '../exact-json.js';
import { type NormaliseOptions, normalise } from './normalise.js';

/** A resource to compare. */
export interface Side {
  /** How it is called in the diff. */
  readonly title: string;
  /** JSON. */
  readonly text: string;
  /** By the schemas of its own service. */
  readonly type: ResourceType;
}

export interface ResourceComparison {
  readonly a: string;
  readonly b: string;
  /** Unified diff; empty when nothing differs. */
  readonly diff: string;
  /** Top-level attributes that differ, those of extensions with their URN. */
  readonly differing: readonly string[];
}

/** What differs between A and B, both in the notation of `normalise`. */
export function compareResources(a: Side, b: Side, options: NormaliseOptions): ResourceComparison {
  const [textA, textB] = [normalise(a.type, a.text, options), normalise(b.type, b.text, options)];
  return {
    a: textA,
    b: textB,
    diff: unifiedDiff(textA, textB, { before: a.title, after: b.title }),
    differing: differing(parseExactJson(textA), parseExactJson(textB), a.type),
  };
}

function differing(a: ExactJson, b: ExactJson, type: ResourceType): string[] {
  if (!isExactObject(a) || !isExactObject(b)) return [];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) => {
    const [one, other] = [a[name], b[name]];
    if (print(one) === print(other)) return [];
    if (type.extension(name) === undefined) return [name];
    return differing(one ?? {}, other ?? {}, type).map((inner) => `${name}:${inner}`);
  });
}

function print(value: ExactJson | undefined): string {
  return value === undefined ? '' : printExactJson(value);
}
