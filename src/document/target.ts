/**
 * The target of a request line: people may write the query as they would say it, `/Users?filter=userName eq "x y"`;
 * what is sent is percent-encoded (RFC 3986), with values in it that cannot change its structure.
 */
import { escapeFilterString } from '../scim/filter/escape.js';
import { Complaint } from './complaint.js';
import { type Lookup, textOf } from './insert.js';
import type { ReferencePart, Template, TextPart } from './model.js';

type Part = TextPart | ReferencePart;

/**
 * TEMPLATE as the path and query, or URL, to send.
 * A template that begins with a reference begins with a whole URL (`{{create.location}}`), which is taken as it is.
 * @throws Complaint with an offset in the file
 */
export function expandTarget(template: Template, lookup: Lookup): string {
  const [first] = template;
  if (first?.kind === 'reference') return expandUrl(first, template.slice(1), lookup);
  const { path, query } = splitTarget(template);
  const encoded = expandPathSegments(path, lookup);
  return query === undefined ? encoded : `${encoded}?${expandQuery(query, lookup)}`;
}

function expandUrl(first: ReferencePart, rest: Template, lookup: Lookup): string {
  const url = textOf(first, lookup).trim();
  if (url === '' || /^(?!https?:)[a-z][a-z0-9+.-]*:/i.test(url) || /[\p{C}\s"<>\\^`{|}]/u.test(url)) {
    throw new Complaint('request.target', `\`${first.source}\` is not a URL and not a path`, first.offset);
  }
  if (rest.length === 0) return url;
  const [next] = rest;
  if (next?.kind !== 'text' || !/^[/?]/.test(next.text) || /[?#]/.test(url)) {
    const message = `Only a path or a query can follow the URL \`${first.source}\`, which must not have a query itself`;
    throw new Complaint('request.target', message, next?.offset ?? first.offset);
  }
  const { path, query } = splitTarget(rest);
  const base = next.text.startsWith('/') ? url.replace(/\/$/, '') : url;
  const tail = expandPathSegments(path, lookup);
  return query === undefined ? base + tail : `${base}${tail}?${expandQuery(query, lookup)}`;
}

/** The parts before and after the first question mark that stands in the file itself. */
function splitTarget(template: Template): { path: Part[]; query: Part[] | undefined } {
  const path: Part[] = [];
  let query: Part[] | undefined;
  for (const part of template) {
    const mark = query === undefined && part.kind === 'text' ? part.text.indexOf('?') : -1;
    if (mark === -1 || part.kind !== 'text') (query ?? path).push(part);
    else {
      path.push(slice(part, 0, mark));
      query = [slice(part, mark + 1)];
    }
  }
  return { path, query };
}

function slice(part: TextPart, start: number, end?: number): TextPart {
  return { kind: 'text', text: part.text.slice(start, end), offset: part.offset + start };
}

/** One `key=value` of a query, as written. */
export interface QueryPair {
  readonly key: Template;
  readonly value: Template | undefined;
  /** Was the value written with spaces or quotes, so that it is encoded as a whole? */
  readonly isUnencoded: boolean;
}

/**
 * The parts of TEMPLATE's query.
 * @throws Complaint with an offset in the file
 */
export function queryPairs(template: Template): QueryPair[] {
  const { query } = splitTarget(template);
  if (query === undefined) return [];
  return splitQuery(query).map((pair) => {
    const { key, value } = splitPair(pair);
    return { key, value, isUnencoded: isUnencoded(value ?? []) };
  });
}

/** PARTS as a path. A value stays within its segment and cannot make it `.` or `..`, nor leave it empty. */
function expandPathSegments(parts: readonly Part[], lookup: Lookup): string {
  const segments: { text: string; reference: ReferencePart | undefined }[] = [{ text: '', reference: undefined }];
  for (const part of parts) {
    const last = segments[segments.length - 1];
    if (part.kind === 'reference') {
      if (last === undefined) continue;
      last.text += encodeValue(textOf(part, lookup), part);
      last.reference ??= part;
    } else {
      refuseFragment(part, part.text.indexOf('#'));
      const [head = '', ...more] = encodeLiteral(part, /%(?![0-9A-Fa-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]/gu).split('/');
      if (last !== undefined) last.text += head;
      segments.push(...more.map((text) => ({ text, reference: undefined })));
    }
  }
  for (const { text, reference } of segments) if (reference !== undefined) checkSegment(text, reference);
  return segments.map(({ text }) => text).join('/');
}

function checkSegment(text: string, reference: ReferencePart): void {
  if (text === '') {
    const message = `\`${reference.source}\` is empty, so the request would go to another resource`;
    throw new Complaint('request.target', message, reference.offset);
  }
  if (/^(?:\.|%2e){1,2}$/i.test(text)) {
    const message = `\`${reference.source}\` makes the path segment \`${text}\`, which leads to another resource`;
    throw new Complaint('request.target', message, reference.offset);
  }
}

function expandQuery(parts: readonly Part[], lookup: Lookup): string {
  return splitQuery(parts)
    .map((pair) => {
      const { key, value } = splitPair(pair);
      const name = expandComponent(key, lookup);
      return value === undefined ? name : `${name}=${expandComponent(value, lookup)}`;
    })
    .join('&');
}

/** The pairs of a query: split at each `&` outside double quotes. */
function splitQuery(parts: readonly Part[]): Part[][] {
  const pairs: Part[][] = [[]];
  let quote: number | undefined;
  for (const part of parts) {
    if (part.kind === 'reference') {
      pairs.at(-1)?.push(part);
      continue;
    }
    let done = 0;
    for (let index = 0; index < part.text.length; index++) {
      const char = part.text[index];
      if (char === '"') quote = quote === undefined ? part.offset + index : undefined;
      else if (char === '\\' && quote !== undefined) index++;
      else if (char === '#' && quote === undefined) refuseFragment(part, index);
      else if (char === '&' && quote === undefined) {
        pairs.at(-1)?.push(slice(part, done, index));
        pairs.push([]);
        done = index + 1;
      }
    }
    pairs.at(-1)?.push(slice(part, done));
  }
  if (quote !== undefined) {
    throw new Complaint('request.target', 'The string in the query is not closed', quote, 'Add a `"`.');
  }
  return pairs;
}

function refuseFragment(part: TextPart, index: number): void {
  if (index === -1) return;
  const message = '`#` would start a fragment, which is never sent';
  throw new Complaint('request.target', message, part.offset + index, 'Write %23.');
}

function splitPair(pair: readonly Part[]): { key: Part[]; value: Part[] | undefined } {
  for (const [index, part] of pair.entries()) {
    const equals = part.kind === 'text' ? part.text.indexOf('=') : -1;
    if (equals === -1 || part.kind !== 'text') continue;
    return {
      key: [...pair.slice(0, index), slice(part, 0, equals)],
      value: [slice(part, equals + 1), ...pair.slice(index + 1)],
    };
  }
  return { key: [...pair], value: undefined };
}

/**
 * A key or value of a query. With a space or a double quote in it, it was written unencoded and is encoded as a whole;
 * else its percent escapes stay. A value between double quotes (as such, or as %22) is part of a filter's string.
 */
function expandComponent(parts: readonly Part[], lookup: Lookup): string {
  const unencoded = isUnencoded(parts);
  let inString = false;
  return parts
    .map((part, index) => {
      if (part.kind === 'reference') {
        const text = textOf(part, lookup);
        return encodeValue(inString ? escapeFilterString(text) : text, part);
      }
      inString = quotesAfter(part, unencoded, inString, index < parts.length - 1);
      return encodeLiteral(part, unencoded ? /[^\w\-.~!'()*]/gu : /%(?![0-9A-Fa-f]{2})|[^\w\-.~!$&'()*+,;=:@/?%]/gu);
    })
    .join('');
}

function isUnencoded(parts: readonly Part[]): boolean {
  return parts.some((part) => part.kind === 'text' && /[ \t"]/.test(part.text));
}

/**
 * Does a filter's string go on after PART, when one does (or not) before it?
 * @throws Complaint when PART ends in a lone backslash, which would take the escape from a value that FOLLOWS
 */
function quotesAfter(part: TextPart, unencoded: boolean, inString: boolean, follows: boolean): boolean {
  const tokens = unencoded ? /\\.?|"/gsu : /(?:\\|%5c)(?:%[0-9a-f]{2}|.)?|%22/gisu;
  let inside = inString;
  for (const { 0: token, index } of part.text.matchAll(tokens)) {
    if (token === '"' || token === '%22') inside = !inside;
    else if (follows && inside && /^(?:\\|%5c)$/i.test(token)) {
      throw new Complaint('request.target', 'The backslash escapes nothing', part.offset + index);
    }
  }
  return inside;
}

/** The text of PART with everything that matches UNSAFE percent-encoded. */
function encodeLiteral(part: TextPart, unsafe: RegExp): string {
  const { index } = /\p{Surrogate}/u.exec(part.text) ?? {};
  if (index === undefined) return part.text.replace(unsafe, encodeURIComponent);
  throw new Complaint('request.target', 'Half of a surrogate pair cannot be sent', part.offset + index);
}

/** VALUE percent-encoded; half of a surrogate pair has no encoding. */
function encodeValue(value: string, part: ReferencePart): string {
  if (!/\p{Surrogate}/u.test(value)) return encodeURIComponent(value);
  throw new Complaint('request.target', `\`${part.source}\` holds half of a surrogate pair`, part.offset);
}

/**
 * A warning for each value of TEMPLATE's query that is taken as unencoded but looks as if it were encoded in part:
 * its `%20` is sent as `%2520`.
 */
export function doublyEncoded(template: Template): string[] {
  const query = splitTarget(template).query;
  if (query === undefined) return [];
  return splitQuery(query).flatMap((pair) => {
    const value = splitPair(pair).value ?? [];
    const escaped = value
      .map((part) => (part.kind === 'text' ? part.text : ''))
      .join('')
      .match(/%(?:20|22|2[bB])/)?.[0];
    if (escaped === undefined || !isUnencoded(value)) return [];
    return [
      `A value of the query has a space or a quote, so it is taken as unencoded and \`${escaped}\` stays as text`,
    ];
  });
}
