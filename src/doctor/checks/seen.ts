/** Is the service still what it said last time? Kept in `.scim/seen`, with digests only. */

import type { JsonObject, JsonValue } from '../../scim/json.js';
import { isJsonObject } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import type { Check, Examination, Outcome } from '../check.js';
import { canonicalDigest } from '../digest.js';
import { readSeen, remember, type SeenDiscovery } from '../seen.js';

export const seenBefore: Check = {
  id: 'SCIM004',
  title: 'what was seen last time',
  needs: ['network', 'access'],
  async run(examination) {
    const { evidence, settings, root, now, isStandIn, remembers } = examination;
    if (isStandIn) {
      return [{ id: 'SCIM004', status: 'skipped', message: 'a mock server answers in place of the service' }];
    }
    if (evidence.documents.size === 0) {
      return [{ id: 'SCIM004', status: 'skipped', message: 'no discovery document could be read' }];
    }
    const present: SeenDiscovery = {
      at: new Date(now()).toISOString(),
      baseUrl: settings.baseUrl.href,
      parts: partsOf(examination),
    };
    const before = readSeen(root, settings.name).discovery;
    if (remembers) remember(root, settings.name, { discovery: present });
    if (before === undefined) return [ok('seen for the first time, and remembered')];
    if (before.baseUrl !== present.baseUrl)
      return [ok(`another base URL than on ${before.at.slice(0, 10)}: remembered anew`)];
    const differences = differencesOf(before.parts, present.parts);
    const since = before.at.slice(0, 16).replace('T', ' ');
    if (differences.length === 0) return [ok(`as it was seen on ${since}`)];
    return [
      {
        id: 'SCIM004',
        status: 'warning',
        message: `the service describes itself otherwise than on ${since}: ${differences.join(', ')}`,
        why: 'what was right to send then may be refused now, or may be lost in silence',
        fix: 'look at the changed parts, then at the mapping and the scripts that use them',
      },
    ];
  },
};

function ok(message: string): Outcome {
  return { id: 'SCIM004', status: 'ok', message };
}

/** The digest of each thing that the documents are about: a schema, a resource type, a feature. */
function partsOf({ evidence, target }: Examination): Record<string, string> {
  const parts: Record<string, string> = {};
  // A server that quotes a secret must not get it into a file.
  const clean = (text: string): string => target.redactor.text(text);
  for (const [path, answer] of evidence.documents) {
    for (const [name, value] of thingsIn(path, answer.json)) parts[clean(name)] = canonicalDigest(value, clean);
  }
  return parts;
}

function thingsIn(path: string, json: JsonValue | undefined): (readonly [string, JsonValue])[] {
  if (!isJsonObject(json)) return [];
  const resources = getAttribute(json, 'Resources');
  if (Array.isArray(resources)) {
    return resources.filter(isJsonObject).map((each, index) => [nameOf(each) ?? `${path} ${index + 1}`, each]);
  }
  const name = nameOf(json);
  if (name !== undefined) return [[name, json]];
  return Object.entries(json).flatMap(([key, value]) =>
    /^(schemas|meta|id)$/i.test(key) || value === undefined ? [] : [[`${path.slice(1)} ${key}`, value] as const],
  );
}

function nameOf(json: JsonObject): string | undefined {
  for (const key of ['id', 'name']) {
    const value = getAttribute(json, key);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function differencesOf(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    if (before[name] === now[name]) return [];
    if (before[name] === undefined) return [`${name} is new`];
    return [now[name] === undefined ? `${name} is gone` : `${name} has changed`];
  });
}
