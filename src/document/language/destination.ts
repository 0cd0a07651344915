/** What a request of a file is sent to, as far as that can be told while it is written. */
import type { ResourceType } from '../../scim/schema/resource-type.js';
import type { Bound, Lookup } from '../insert.js';
import type { ParsedRequest, ReferencePart } from '../model.js';
import { expandTarget } from '../target.js';
import type { Edited, PayloadText } from './model.js';

export interface Destination {
  readonly kind: 'collection' | 'resource' | 'search' | 'bulk' | 'me' | 'about' | 'unknown';
  readonly type: ResourceType | undefined;
  /** Of a resource. */
  readonly id: string | undefined;
  /** Relative to the base URL, without the query. */
  readonly path: string;
}

/** Stands for values that are not known yet. */
const unknown: Bound = { kind: 'text', text: 'x' };

/** The look-up of values for REQUEST in EDITED; those that are not known are told to NOTE and stand as `x`. */
export function tolerantLookup(edited: Edited, index: number, note?: (part: ReferencePart) => void): Lookup {
  return (part) => {
    const bound = edited.valueOf(part, index);
    if (bound !== undefined) return bound;
    note?.(part);
    return unknown;
  };
}

/** Where REQUEST of EDITED goes; undefined when its target cannot be read. */
export function destinationOf(edited: Edited, request: ParsedRequest): Destination | undefined {
  const [first] = request.targetTemplate;
  if (first === undefined) return undefined;
  try {
    const note = (part: ReferencePart): void => {
      if (part === first) throw new RangeError('The target begins with something unknown');
    };
    const target = expandTarget(request.targetTemplate, tolerantLookup(edited, request.index, note));
    return destinationOfPath(edited, edited.relative(target));
  } catch {
    return fallback(edited, request);
  }
}

/** `GET {{create.location}}` goes where `create` went, to what it made. */
function fallback(edited: Edited, request: ParsedRequest): Destination | undefined {
  const [first] = request.targetTemplate;
  if (first?.kind !== 'reference' || first.reference.kind !== 'response') return undefined;
  const { request: name, field } = first.reference;
  if (field.kind !== 'scalar' || field.name !== 'location') return undefined;
  const earlier = edited.file.requests.find((each) => each.named && each.name === name && each.index < request.index);
  const destination = earlier && destinationOf(edited, earlier);
  return destination?.type && { ...destination, kind: 'resource', id: undefined };
}

/** What PATH, relative to the base URL, leads to. */
function destinationOfPath(edited: Edited, path: string): Destination {
  const plain = path.replace(/[?].*$/s, '').replace(/\/+$/, '');
  const lower = plain.toLowerCase();
  const nothing = { type: undefined, id: undefined, path: plain };
  if (lower === '/bulk') return { ...nothing, kind: 'bulk' };
  if (lower === '/me') return { ...nothing, kind: 'me', type: edited.registry.find('User') };
  if (lower === '/.search' || lower === '') return { ...nothing, kind: 'search' };
  if (/^\/(?:serviceproviderconfigs?|resourcetypes|schemas)(?:\/|$)/.test(lower)) return { ...nothing, kind: 'about' };
  const type = edited.registry.find(plain);
  if (type === undefined || !lower.startsWith(type.endpoint.toLowerCase())) return { ...nothing, kind: 'unknown' };
  const rest = plain.slice(type.endpoint.length);
  if (rest === '') return { kind: 'collection', type, id: undefined, path: plain };
  if (rest.toLowerCase() === '/.search') return { kind: 'search', type, id: undefined, path: plain };
  if (!/^\/[^/]+$/.test(rest)) return { ...nothing, kind: 'unknown' };
  return { kind: 'resource', type, id: decode(rest.slice(1)), path: plain };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What the body of a request METHOD to DESTINATION is; undefined when nothing is known of it. */
export function payloadKind(method: string, destination: Destination): PayloadText['kind'] | undefined {
  const { kind } = destination;
  if (kind === 'bulk') return method === 'POST' ? 'bulk' : undefined;
  if (kind === 'search') return method === 'POST' ? 'search' : undefined;
  if (kind === 'collection') return method === 'POST' ? 'resource' : undefined;
  if (kind !== 'resource' && kind !== 'me') return undefined;
  if (method === 'PATCH') return 'patch';
  return method === 'PUT' || (kind === 'me' && method === 'POST') ? 'resource' : undefined;
}
