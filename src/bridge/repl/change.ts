/** Commands that write: create, put, patch, delete, bulk. Each says what it verified. */

import { readBulkOperations } from '../../client/bulk-plan.js';
import type { Answer } from '../../client/target.js';
import { updateResource, versionOf } from '../../client/update.js';
import { ExactNumbers } from '../../document/edit/numbers.js';
import { parseExactJson } from '../../document/exact-json.js';
import type { Assignment } from '../../document/repl/assignments.js';
import type { Body, Designator } from '../../document/repl/model.js';
import { ReplProblem } from '../../document/repl/problem.js';
import { secretsOfRequest } from '../../redact/redact.js';
import { ProtocolError, UsageError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { applyPatch, type PatchOperation, parsePatchRequest } from '../../scim/patch/index.js';
import { parsePath } from '../../scim/path.js';
import { attributeKey, getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import { closest } from '../../scim/schema/suggest.js';
import { urn } from '../../scim/urn.js';
import { demand, type Evaluation, valueFrom } from './evaluation.js';
import { type Meant, resourceMeant } from './find.js';
import { addJson, addResource, addWarnings } from './render.js';
import { sent, shownChanges, verifyGone, verifyWritten } from './verify.js';

/** `create TYPE {…}`. */
export async function create(evaluation: Evaluation, type: string, body: Body): Promise<void> {
  const { target, signal, page } = evaluation;
  const resourceType = await typeOf(evaluation, type);
  demand(evaluation, [{ method: 'POST', path: resourceType.endpoint }]);
  const { text, shift } = withSchemas(body.text, resourceType);
  evaluation.body = { start: body.start, end: body.end, shift };
  const answer = await sent(evaluation, () => target.create(resourceType.name, text, {}, { signal }));
  const id = answer === undefined ? undefined : idOf(answer);
  if (answer === undefined || id === undefined) {
    page.line('⚠ It may have been created, and nobody says as what: look for it before you create it again', 'warning');
    return;
  }
  const wanted = objectIn(text);
  const { redactor } = answer.exchange;
  const done = 'the service has what was sent';
  const expected = wanted === undefined ? undefined : (actual: JsonObject) => ({ ...actual, ...wanted });
  const now = await verifyWritten(evaluation, { type: resourceType, id, expected, done, redactor });
  addWarnings(page, answer.warnings);
  await addChanged(evaluation, now ?? answer, resourceType);
}

/** TEXT, a resource of TYPE, with the `schemas` that it lacks; `shift` characters were put before its own. */
function withSchemas(text: string, type: ResourceType): { text: string; shift: number } {
  const value: JsonValue = JSON.parse(text);
  if (!isJsonObject(value) || attributeKey(value, 'schemas') !== undefined) return { text, shift: 0 };
  const extensions = type.extensions
    .map(({ schema }) => schema.id)
    .filter((id) => attributeKey(value, id) !== undefined);
  const head = `{"schemas":${JSON.stringify([type.core.id, ...extensions])}${Object.keys(value).length === 0 ? '' : ','}`;
  return { text: head + text.slice(1), shift: head.length - 1 };
}

/** The id of what ANSWER says it has made. */
function idOf({ json, location }: Answer): string | undefined {
  const id = isJsonObject(json) ? getAttribute(json, 'id') : undefined;
  if (typeof id === 'string' && id !== '') return id;
  const last = location?.replace(/[?#].*$/s, '').match(/\/([^/]+)\/?$/)?.[1];
  try {
    return last === undefined ? undefined : decodeURIComponent(last);
  } catch {
    // Some servers do not encode what they write there.
    return last;
  }
}

function objectIn(text: string): JsonObject | undefined {
  const value: JsonValue = JSON.parse(text);
  return isJsonObject(value) ? value : undefined;
}

/** What a write left, NOW, folded out of the way; it becomes the result. */
async function addChanged(evaluation: Evaluation, now: Answer | undefined, type: ResourceType): Promise<void> {
  if (isJsonObject(now?.json)) await addResource(evaluation, now, type.name, 0);
}

/** `put WHAT {…}`. What says which version it was made from is bound to that. */
export async function put(evaluation: Evaluation, what: Designator, body: Body): Promise<void> {
  const { target, signal, page } = evaluation;
  const meant = await resourceMeant(evaluation, what, 'put', (path) => [{ method: 'PUT', path }], true);
  if (meant === undefined) return;
  const type = await typeOf(evaluation, meant.type);
  const { text, shift } = withSchemas(body.text, type);
  evaluation.body = { start: body.start, end: body.end, shift };
  const wanted = objectIn(text);
  const options = { ifMatch: wanted === undefined ? undefined : versionOf(wanted) };
  const answer = await sent(evaluation, () => target.replace(type.name, meant.id, text, options, { signal }));
  const redactor = answer?.exchange.redactor ?? target.redactor.with(secretsOfRequest([], text));
  const done = 'the service has what was sent, and no more';
  const expected = wanted === undefined ? undefined : () => wanted;
  const now = await verifyWritten(evaluation, { type, id: meant.id, expected, done, redactor });
  addWarnings(page, answer?.warnings ?? []);
  await addChanged(evaluation, now ?? answer, type);
}

async function read({ target, signal }: Evaluation, { type, id }: Meant): Promise<JsonObject> {
  const { json } = await target.get(type, id, {}, { signal });
  return isJsonObject(json) ? json : {};
}

/** `patch WHAT CHANGES`: reads the resource, sends the least that makes the changes in the words of the service. */
export async function patch(evaluation: Evaluation, what: Designator, changes: readonly Assignment[]): Promise<void> {
  const { target, signal, page } = evaluation;
  const meant = await resourceMeant(evaluation, what, 'patch', (path) => [{ method: 'PATCH', path }], true);
  if (meant === undefined) return;
  const type = await typeOf(evaluation, meant.type);
  const before = await target.get(type.name, meant.id, {}, { signal });
  const operations = changes.map((change) => operationOf(type, change));
  // Numbers that no double holds come back as they were, where the whole is written.
  const { values, numbers } = ExactNumbers.parse([isJsonObject(before.json) ? before.text : '{}']);
  const [whole] = values;
  const after = applied(type, isJsonObject(whole) ? whole : {}, operations, changes);
  const text = numbers.print(after);
  const redactor = before.exchange.redactor.with(secretsOfRequest([], text));
  let requests = 1;
  const answer = await sent(evaluation, async () => {
    const report = await updateResource(
      {
        profile: target.profile,
        discover: (call) => target.discover(call),
        get: async () => before,
        replace: (...args) => target.replace(...args),
        patch: (...args) => target.patch(...args),
      },
      type.name,
      meant.id,
      text,
      {},
      { signal },
    );
    requests = report.requests;
    return report.answer;
  });
  if (requests === 0) {
    page.line('– nothing was sent: it is like that already', 'dimmed');
    return addResource(evaluation, before, type.name, 0);
  }
  const wanted = objectIn(text);
  const done = shownChanges(operations, redactor);
  const expected = wanted === undefined ? undefined : () => wanted;
  const now = await verifyWritten(evaluation, { type, id: meant.id, expected, done, redactor });
  addWarnings(page, answer?.warnings ?? []);
  await addChanged(evaluation, now ?? answer, type);
}

/** BEFORE after OPERATIONS, which are CHANGES. Throws `ReplProblem` at the change that cannot be made. */
function applied(
  type: ResourceType,
  before: JsonObject,
  operations: readonly PatchOperation[],
  changes: readonly Assignment[],
): JsonObject {
  let resource = before;
  for (const [index, operation] of operations.entries()) {
    try {
      resource = applyPatch(type, resource, [operation]).resource;
    } catch (error) {
      const change = changes[index];
      if (!(error instanceof ProtocolError) || change === undefined) throw error;
      const message = error.message.replace(/^Operations\[0\] \([^)]*\): /, '');
      throw new ReplProblem(message, change, hintFor(type, change.path), error);
    }
  }
  return resource;
}

function hintFor(type: ResourceType, path: string): string | undefined {
  const { attribute } = parsePath(path, { missingSpace: true });
  if (type.resolve(attribute) !== undefined) return undefined;
  const parent = attribute.sub === undefined ? undefined : type.attribute(attribute.name);
  const meant =
    parent === undefined
      ? closest(
          attribute.name,
          type.attributes.map(({ name }) => name),
        )
      : closest(
          attribute.sub ?? '',
          parent.subAttributes.map(({ name }) => name),
        );
  if (meant !== undefined) return `Is \`${parent === undefined ? meant : `${parent.name}.${meant}`}\` meant?`;
  return `\`schema ${type.name}\` lists the attributes.`;
}

/** CHANGE as an operation; a word becomes a text where the schema wants one, and one element a list of one. */
function operationOf(type: ResourceType, { op, path, value, isBare }: Assignment): PatchOperation {
  if (value === undefined) return { op, path };
  const parsed = parsePath(path, { missingSpace: true });
  const found = type.resolve(parsed.attribute);
  const sub = parsed.sub === undefined ? found?.sub : undefined;
  const declared = sub ?? (parsed.sub === undefined ? found?.attribute : undefined);
  const wantsText = declared !== undefined && ['string', 'reference', 'dateTime', 'binary'].includes(declared.type);
  const text = isBare === true && wantsText && (typeof value === 'number' || typeof value === 'boolean');
  return { op, path, value: text ? String(value) : value };
}

/** `patch WHAT {…}`: a PatchOp message, sent as it is. */
export async function patchMessage(evaluation: Evaluation, what: Designator, body: Body): Promise<void> {
  const { target, signal, page } = evaluation;
  const meant = await resourceMeant(evaluation, what, 'patch', (path) => [{ method: 'PATCH', path }], true);
  if (meant === undefined) return;
  const type = await typeOf(evaluation, meant.type);
  const wanted = await expectedAfter(evaluation, meant, type, body.text);
  evaluation.body = { start: body.start, end: body.end, shift: 0 };
  const answer = await sent(evaluation, () => target.patch(type.name, meant.id, body.text, {}, { signal }));
  const redactor = answer?.exchange.redactor ?? target.redactor.with(secretsOfRequest([], body.text));
  if (wanted === undefined) {
    page.line('– not verified: what the operations should come to is for the server to say', 'dimmed');
  }
  const done = 'the operations had their effect';
  const expected = wanted === undefined ? undefined : () => wanted;
  const now = await verifyWritten(evaluation, { type, id: meant.id, expected, done, redactor });
  addWarnings(page, answer?.warnings ?? []);
  await addChanged(evaluation, now ?? answer, type);
}

/** What MEANT should be after TEXT, a PatchOp or its operations, by the standard; undefined when that cannot be told. */
async function expectedAfter(
  evaluation: Evaluation,
  meant: Meant,
  type: ResourceType,
  text: string,
): Promise<JsonObject | undefined> {
  const value: JsonValue = JSON.parse(text);
  try {
    const message = Array.isArray(value) ? { schemas: [urn.patchOp], Operations: value } : value;
    return applyPatch(type, await read(evaluation, meant), parsePatchRequest(message)).resource;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** `delete WHAT`. */
export async function remove(evaluation: Evaluation, what: Designator): Promise<void> {
  const { target, signal, page } = evaluation;
  const meant = await resourceMeant(evaluation, what, 'delete', (path) => [{ method: 'DELETE', path }], true);
  if (meant === undefined) return;
  const answer = await sent(evaluation, () => target.delete(meant.type, meant.id, {}, { signal }));
  await verifyGone(evaluation, meant.type, meant.id);
  addWarnings(page, answer?.warnings ?? []);
}

/** `bulk {…}`. */
export async function bulk(evaluation: Evaluation, body: Body): Promise<void> {
  const { target, signal, page, onProgress } = evaluation;
  evaluation.body = { start: body.start, end: body.end, shift: 0 };
  const operations = readBulkOperations(body.text);
  demand(
    evaluation,
    operations.map(({ method, path }) => ({ method, path })),
  );
  const { results, requests, warnings } = await target.bulk(operations, {}, { signal, onProgress });
  const failed = results.filter(({ outcome }) => outcome !== 'success').length;
  const done = `${results.length - failed} of ${results.length} operations done, in ${requests} ${requests === 1 ? 'request' : 'requests'}`;
  page.line(`${failed === 0 ? '✓' : '✗'} ${done}`, failed === 0 ? 'success' : 'failure');
  const text = JSON.stringify(results);
  await addJson(evaluation, target.redactor.json(text));
  evaluation.result = valueFrom(evaluation, { json: parseExactJson(text) }, target.redactor);
  addWarnings(page, warnings);
}

async function typeOf({ target, signal }: Evaluation, name: string): Promise<ResourceType> {
  const { registry } = await target.discover({ signal });
  const found = registry.find(name);
  if (found === undefined) throw new UsageError(`The service has no resource type \`${name}\``);
  return found;
}
