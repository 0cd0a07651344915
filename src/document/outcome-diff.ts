/** The difference of two answers: status, headers, body. */
import { prettyJson } from '../scim/json-text.js';
import { unifiedDiff } from './edit/unified.js';
import { type ExactJson, isExactObject, parseExactJson, printExactJson } from './exact-json.js';

export interface OutcomeText {
  readonly label: string;
  readonly status: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Headers that differ from answer to answer. */
const volatileHeaders =
  /^(?:date|age|expires|etag|last-modified|content-length|set-cookie|cf-ray|server-timing|x-.*(?:id|time|duration|remaining|reset)|traceparent|via|connection|keep-alive)$/i;

/**
 * OLDER and NEWER as a unified diff; empty when they are equal. NORMALISED: without what differs each time, with members
 * and values in alphabetical order, since neither has a meaning in SCIM (RFC 7643 §2.1, §2.4).
 */
export function diffOutcomes(older: OutcomeText, newer: OutcomeText, normalised: boolean): string {
  return unifiedDiff(textOf(older, normalised), textOf(newer, normalised), { before: older.label, after: newer.label });
}

function textOf({ status, headers, body }: OutcomeText, normalised: boolean): string {
  const kept = normalised ? headers.filter(([name]) => !volatileHeaders.test(name)) : headers;
  const lines = kept.map(([name, value]) => `${name.toLowerCase()}: ${value}\n`).sort();
  return `${status}\n${lines.join('')}\n${normalised ? normalisedBody(body) : body}\n`;
}

function normalisedBody(body: string): string {
  try {
    return prettyJson(printExactJson(sorted(parseExactJson(body))));
  } catch {
    return body;
  }
}

function sorted(value: ExactJson): ExactJson {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => compare(printExactJson(a), printExactJson(b)));
  if (!isExactObject(value)) return value;
  const members = Object.entries(value)
    .map(([name, member]): [string, ExactJson] => [
      name,
      name.toLowerCase() === 'meta' ? withoutVersions(member) : member,
    ])
    .sort(([a], [b]) => compare(a, b));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

/** META without what each write changes (RFC 7643 §3.1). */
function withoutVersions(meta: ExactJson): ExactJson {
  if (!isExactObject(meta)) return meta;
  return Object.fromEntries(Object.entries(meta).filter(([name]) => !/^(?:lastModified|version)$/i.test(name)));
}

/** By code units, so that every machine has the same order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
