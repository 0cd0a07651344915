/** Is a payload what the schema of its resource type demands? Looked at before it is sent. */

import type { Issue } from '../scim/error.js';
import { PayloadError } from '../scim/error.js';
import { JsonText } from '../scim/json-text.js';
import type { ResourceType, SchemaRegistry } from '../scim/schema/resource-type.js';
import { type Direction, validateResource } from '../scim/schema/validate.js';
import { validatePatchRequest } from '../scim/schema/validate-patch.js';
import { urn } from '../scim/urn.js';

/** What a payload is by the request that carries it. */
export type PayloadKind =
  | { readonly kind: 'resource'; readonly type: ResourceType; readonly direction: Direction }
  | { readonly kind: 'patch'; readonly type: ResourceType };

/**
 * What is wrong with the payload TEXT of a request METHOD PATH, with positions in TEXT; PATH is relative to the base URL.
 * Nothing when REGISTRY knows no resource type for the path. Throws `JsonSyntaxError` when TEXT is not JSON.
 */
export function payloadIssues(registry: SchemaRegistry, method: string, path: string, text: string): Issue[] {
  const kind = payloadKind(registry, method, path);
  if (kind === undefined) return [];
  const json = JsonText.parse(text);
  return kind.kind === 'patch'
    ? validatePatchRequest(kind.type, json.value, json)
    : validateResource(kind.type, json.value, kind.direction, json);
}

/** What METHOD PATH carries (RFC 7644 §3.2): POST to the endpoint creates, PUT and PATCH go to one resource. */
export function payloadKind(registry: SchemaRegistry, method: string, path: string): PayloadKind | undefined {
  const plain = path.replace(/[?].*$/s, '').replace(/\/+$/, '');
  const type = registry.find(plain);
  if (type === undefined || plain.slice(0, type.endpoint.length).toLowerCase() !== type.endpoint.toLowerCase()) {
    return undefined;
  }
  const rest = plain.slice(type.endpoint.length);
  if (method === 'POST') return rest === '' ? { kind: 'resource', type, direction: 'create' } : undefined;
  if (!/^\/[^/]+$/.test(rest) || rest.toLowerCase() === '/.search') return undefined;
  if (method === 'PUT') return { kind: 'resource', type, direction: 'replace' };
  return method === 'PATCH' ? { kind: 'patch', type } : undefined;
}

/** Throws `PayloadError` when ISSUES has an error; ASKED is the request that is not sent. */
export function refusePayload(issues: readonly Issue[], asked: string): void {
  const errors = issues.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new PayloadError(`${asked} is not sent: ${sentenceOf(first)}${more}`, issues, {
    asked,
    remedy: 'Correct the payload; with `validation: warn` it is sent nevertheless.',
    position: first.position,
  });
}

/** ISSUE on one line. */
export function sentenceOf({ path, message, rule }: Issue): string {
  return `${path === '' ? '' : `${path}: `}${message} (${rule})`;
}

const patchHead = `{"schemas":["${urn.patchOp}"],"Operations":`;

/**
 * The PatchOp message (RFC 7644 §3.5.2) for TEXT, which is one already, or an array of operations. `shift` is the number
 * of characters that were put before TEXT, on its first line. Throws `JsonSyntaxError` when an array is not JSON.
 */
export function patchMessage(text: string): { readonly text: string; readonly shift: number } {
  if (!/^\s*\[/.test(text)) return { text, shift: 0 };
  JsonText.parse(text);
  return { text: `${patchHead}${text}}`, shift: patchHead.length };
}

/** ISSUES with their positions moved back by SHIFT characters on the first line. */
export function shiftIssues(issues: readonly Issue[], shift: number): Issue[] {
  return issues.map((issue) => {
    const { position } = issue;
    if (position === undefined || position.line > 0) return issue;
    return { ...issue, position: { line: 0, character: Math.max(0, position.character - shift) } };
  });
}
