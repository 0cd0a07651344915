/** Before a bulk job is sent: what the server permits, and whether the payloads are what it demands. */

import { type Issue, ProtocolError, UsageError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { JsonText } from '../scim/json-text.js';
import { type BulkOperation, parseBulkRequest } from '../scim/messages/bulk.js';
import { getAttribute, type SchemaRegistry } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import type { BulkLimits } from './bulk.js';
import { payloadIssues } from './payload.js';
import type { Discovery } from './types.js';

/**
 * The operations in TEXT, a BulkRequest (RFC 7644 §3.7) or the array of its operations, in which a POST may go without
 * `bulkId`. Throws `JsonSyntaxError`, and `ProtocolError` when it is neither.
 */
export function readBulkOperations(text: string): BulkOperation[] {
  const { value } = JsonText.parse(text);
  if (!Array.isArray(value)) return parseBulkRequest(value).operations;
  const taken = new Set(value.map((each) => (isJsonObject(each) ? getAttribute(each, 'bulkId') : undefined)));
  const operations = value.map((each, index) => withBulkId(each, index, taken));
  return parseBulkRequest({ schemas: [urn.bulkRequest], Operations: operations }).operations;
}

function withBulkId(operation: JsonValue, index: number, taken: Set<JsonValue | undefined>): JsonValue {
  if (!isJsonObject(operation) || (getAttribute(operation, 'bulkId') ?? null) !== null) return operation;
  if (!/^post$/i.test(String(getAttribute(operation, 'method')))) return operation;
  let bulkId = `op${index + 1}`;
  while (taken.has(bulkId)) bulkId = `${bulkId}_`;
  taken.add(bulkId);
  return { ...operation, bulkId };
}

/** What ServiceProviderConfig says about bulk (RFC 7643 §5). Throws `UsageError` when it says that there is none. */
export function bulkLimits({ serviceProviderConfig, supports }: Discovery, failOnErrors?: number): BulkLimits {
  if (supports('bulk') === false) {
    throw new UsageError('The server does not offer bulk requests (ServiceProviderConfig)', {
      remedy: 'Send the operations one by one.',
    });
  }
  const bulk = serviceProviderConfig === undefined ? undefined : getAttribute(serviceProviderConfig, 'bulk');
  const said: JsonObject = isJsonObject(bulk) ? bulk : {};
  return {
    maxOperations: limit(getAttribute(said, 'maxOperations')),
    maxPayloadBytes: limit(getAttribute(said, 'maxPayloadSize')),
    failOnErrors,
  };
}

/** Some servers write 0 for "no limit". */
function limit(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : undefined;
}

/** What is wrong with the payloads of OPERATIONS by the schemas of REGISTRY; paths say which operation. */
export function bulkIssues(registry: SchemaRegistry, operations: readonly BulkOperation[]): Issue[] {
  return operations.flatMap(({ method, path, data }, index) => {
    if (data === undefined) return [];
    const issues = payloadIssues(registry, method, path, JSON.stringify(data));
    // A position in the text that was made here helps nobody.
    return issues.map(({ position: _, ...issue }) => ({ ...issue, path: `Operations[${index}].${issue.path}` }));
  });
}

/** Throws `ProtocolError` when an operation does not go to the tenant's server, where the credentials must stay. */
export function refuseForeignPaths(operations: readonly BulkOperation[]): void {
  const foreign = operations.findIndex(({ path }) => !path.startsWith('/') || path.startsWith('//'));
  if (foreign < 0) return;
  throw new ProtocolError(400, 'invalidPath', `Operations[${foreign}].path must be relative: /Users or /Users/{id}`);
}
