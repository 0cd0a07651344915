/** What somebody probably meant who wrote a name that the schema does not know. */

import type { Members } from './compile.js';
import type { ResourceType } from './resource-type.js';

/** The one of CANDIDATES that NAME is a misspelling of: few edits away for its length, ignoring case. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = allowedEdits(wanted.length) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function allowedEdits(length: number): number {
  if (length < 3) return 0;
  if (length < 5) return 1;
  return length < 12 ? 2 : 3;
}

/** Damerau-Levenshtein distance (optimal string alignment): swapping two neighbours is one edit. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (i > 1 && j > 1 && swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * A sentence on NAME, which MEMBERS do not know: `User has no attribute \`usrName\`; did you mean \`userName\`?`. With
 * TYPE, the object is a resource of it, whose extensions and sub-attributes are searched as well.
 */
export function unknownMember(members: Members, name: string, type?: ResourceType): string {
  if (type !== undefined) {
    const misplaced = misplacedAttribute(type, name);
    if (misplaced !== undefined) return misplaced;
    if (name.includes(':')) return unknownExtension(type, name);
  }
  const candidate = closest(name, names(members));
  const hint = candidate === undefined ? '' : `; did you mean \`${candidate}\`?`;
  return `${members.owner} has no attribute \`${name}\`${hint}`;
}

function* names(members: Members): Generator<string> {
  for (const member of members.exact.values()) yield member.name;
}

/** `department`, `name.familyName`, `familyName` or `urn:…:User:department` at the top level: right name, wrong place. */
function misplacedAttribute(type: ResourceType, name: string): string | undefined {
  if (name.toLowerCase() === type.core.id.toLowerCase()) {
    return `Attributes of the core schema stand at the top level, not inside \`${name}\``;
  }
  const resolved = type.lookup(name);
  if (resolved?.attribute !== undefined) {
    const { extension, attribute, sub } = resolved;
    const holder = sub === undefined ? extension : attribute.name;
    if (holder === undefined) return `Write it as \`${attribute.name}\`, without the URN`;
    return `This is a path; write \`${(sub ?? attribute).name}\` inside the object \`${holder}\``;
  }
  const wanted = name.toLowerCase();
  for (const { schema } of type.extensions) {
    const found = schema.attributes.find((attribute) => attribute.name.toLowerCase() === wanted);
    if (found !== undefined) return `\`${found.name}\` belongs inside the object \`${schema.id}\``;
  }
  const parents = type.attributes.filter((attribute) => !attribute.multiValued && attribute.name !== 'meta');
  const parent = parents.find((attribute) => attribute.subAttributes.some((sub) => sub.name.toLowerCase() === wanted));
  return parent === undefined
    ? undefined
    : `${type.name} has no attribute \`${name}\`; did you mean \`${parent.name}.${name}\`?`;
}

function unknownExtension(type: ResourceType, urn: string): string {
  const known = type.extensions.map(({ schema }) => schema.id);
  const candidate = closest(urn, known);
  if (candidate !== undefined) return `${type.name} has no extension \`${urn}\`; did you mean \`${candidate}\`?`;
  return `${type.name} has no extension \`${urn}\`${known.length === 0 ? '' : `; it has ${known.join(', ')}`}`;
}
