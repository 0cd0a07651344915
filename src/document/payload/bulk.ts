/** RFC 7644 §3.7: is a JSON value a bulk request? */

import type { Node } from 'jsonc-parser';
import { payloadKind } from '../../client/payload.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import type { JsonPath } from '../../scim/json-text.js';
import type { Finding } from '../../scim/schema/finding.js';
import { attributeKey, getAttribute, type SchemaRegistry } from '../../scim/schema/resource-type.js';
import { closest } from '../../scim/schema/suggest.js';
import { resourceFindings } from '../../scim/schema/validate.js';
import { patchFindings } from '../../scim/schema/validate-patch.js';
import type { PayloadContext } from './context.js';
import { bulkMethod, bulkRequest } from './messages.js';
import { messageFindings } from './search.js';
import type { PayloadText } from './text.js';

const rule = 'RFC 7644 §3.7';

/** What is wrong with the bulk request VALUE, which is that of PAYLOAD, and with what its operations carry. */
export function bulkFindings(payload: PayloadText, value: JsonValue, { registry }: PayloadContext): Finding[] {
  if (!isJsonObject(value))
    return [{ path: [], at: 'value', message: 'A bulk request is a JSON object', rule, severity: 'error' }];
  const findings = messageFindings(bulkRequest, value, rule);
  const key = attributeKey(value, 'Operations') ?? 'Operations';
  const operations = getAttribute(value, 'Operations');
  const list = Array.isArray(operations) ? operations : [];
  const named = new Map<string, number>();
  for (const [index, operation] of list.entries()) {
    if (!isJsonObject(operation)) continue;
    findings.push(...operationFindings(operation, [key, index], registry));
    const bulkId = getAttribute(operation, 'bulkId');
    if (typeof bulkId !== 'string') continue;
    const other = named.get(bulkId);
    if (other === undefined) named.set(bulkId, index);
    else
      findings.push(
        problem(
          [key, index, attributeKey(operation, 'bulkId') ?? 'bulkId'],
          'value',
          `is that of operation ${other + 1} already`,
        ),
      );
  }
  return [...findings, ...danglingReferences(payload.root, [...named.keys()])];
}

function problem(path: JsonPath, at: Finding['at'], message: string, severity: Finding['severity'] = 'error'): Finding {
  return { path, at, message, rule, severity };
}

function operationFindings(operation: JsonObject, at: JsonPath, registry: SchemaRegistry): Finding[] {
  const place = (name: string): JsonPath => [...at, attributeKey(operation, name) ?? name];
  const method = getAttribute(operation, 'method');
  const path = getAttribute(operation, 'path');
  if (typeof method !== 'string' || !bulkMethod.canonicalValues.includes(method)) return [];
  const data = getAttribute(operation, 'data');
  const findings: Finding[] = [];
  if (method === 'POST' && getAttribute(operation, 'bulkId') === undefined) {
    findings.push(problem(place('bulkId'), 'missing', 'is required for POST'));
  }
  if (data === undefined && method !== 'DELETE')
    findings.push(problem(place('data'), 'missing', `is required for ${method}`));
  if (data !== undefined && method === 'DELETE') {
    findings.push(problem(place('data'), 'key', 'is not looked at: DELETE has no body', 'warning'));
  }
  if (typeof path !== 'string') return findings;
  const wrong = wrongPath(method, path, registry);
  if (wrong !== undefined) return [...findings, problem(place('path'), 'value', wrong)];
  return data === undefined ? findings : [...findings, ...dataFindings(method, path, data, place('data'), registry)];
}

/** Why PATH leads nowhere; undefined when it does. */
function wrongPath(method: string, path: string, registry: SchemaRegistry): string | undefined {
  const plain = path.replace(/[?].*$/s, '').replace(/\/+$/, '');
  const type = registry.find(plain);
  if (!plain.startsWith('/')) return 'must be relative to the base URL and begin with a slash';
  const isUnder = type !== undefined && plain.toLowerCase().startsWith(type.endpoint.toLowerCase());
  if (type === undefined || !isUnder) {
    const endpoints = registry.resourceTypes.map(({ endpoint }) => endpoint);
    const near = closest(`/${plain.split('/')[1] ?? ''}`, endpoints);
    const known = near === undefined ? `; there are ${endpoints.join(', ')}` : `; did you mean ${near}?`;
    return `must begin with the endpoint of a resource type${known}`;
  }
  const rest = plain.slice(type.endpoint.length);
  if (method === 'POST') return rest === '' ? undefined : `must be ${type.endpoint} for POST, without an id`;
  return /^\/[^/]+$/.test(rest) ? undefined : `must be that of one resource for ${method}: ${type.endpoint}/{id}`;
}

function dataFindings(
  method: string,
  path: string,
  data: JsonValue,
  at: JsonPath,
  registry: SchemaRegistry,
): Finding[] {
  const carried = payloadKind(registry, method, path);
  if (carried === undefined || !isJsonObject(data)) return [];
  const found =
    carried.kind === 'patch'
      ? patchFindings(carried.type, data)
      : resourceFindings(carried.type, data, carried.direction);
  return found.map((finding) => ({ ...finding, path: [...at, ...finding.path] }));
}

/** RFC 7644 §3.7.2: `bulkId:NAME` where no operation is called so. */
function danglingReferences(root: Node | undefined, bulkIds: readonly string[]): Finding[] {
  const known = new Set(bulkIds);
  const found: Finding[] = [];
  const open: { node: Node; path: JsonPath }[] = root === undefined ? [] : [{ node: root, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, path } = next;
    if (node.type === 'string') {
      const name = /(?:^|\/)bulkId:([^/?#]+)$/.exec(String(node.value))?.[1];
      if (name === undefined || known.has(name)) continue;
      const near = closest(name, bulkIds);
      const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
      found.push(problem(path, 'value', `No operation has the bulkId \`${name}\`${hint}`));
      continue;
    }
    for (const [index, child] of (node.children ?? []).entries()) {
      const value = node.type === 'object' ? child.children?.[1] : child;
      const segment = node.type === 'object' ? String(child.children?.[0]?.value) : index;
      if (value !== undefined) open.push({ node: value, path: [...path, segment] });
    }
  }
  return found;
}
