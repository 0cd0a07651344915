/** Raw requests: sent as they are written, told as they are answered. */

import { parseExactJson, printExactJson } from '../../document/exact-json.js';
import { rawRequest } from '../../document/repl/raw.js';
import { runRequests } from '../../document/run.js';
import { FileSession } from '../../document/session.js';
import { demand, type Evaluation, printQuota, valueFrom } from './evaluation.js';
import { addJson, addResource, addWarnings, identity, resourceAt } from './render.js';

/** Send TEXT. What the answer is when its status is an error is thrown after it was shown. */
export async function raw(evaluation: Evaluation, text: string): Promise<void> {
  const { target, state, signal, page } = evaluation;
  const { file, references } = rawRequest(text);
  const [request] = file.requests;
  if (request !== undefined) {
    const { method, target: path, headers } = request;
    demand(evaluation, [{ method, path, headers: Object.fromEntries(headers.map(({ name }) => [name, ''])) }]);
  }
  const variables: Record<string, string> = {};
  for (const [name, value] of state.variables) variables[name] = textOf(value);
  for (const [name, { text: reference, ...span }] of references)
    variables[name] = textOf(state.lookup(reference, span));
  const [result] = await runRequests(file, target, {
    ...(request === undefined ? {} : { select: { line: request.line } }),
    onFailure: 'stop',
    variables,
    session: new FileSession(),
    signal,
  });
  const answer = result?.answer;
  if (answer !== undefined && answer.status < 400 && answer.json !== undefined) {
    const { registry } = await target.discover({ signal });
    const json = parseExactJson(answer.text);
    const at = resourceAt(request?.target ?? '', registry, target.baseUrl);
    if (identity(json, at?.type, registry) !== undefined) await addResource(evaluation, answer, at?.type);
    else {
      await addJson(evaluation, answer.exchange.redactor.json(answer.text));
      evaluation.result = valueFrom(evaluation, { json }, answer.exchange.redactor);
    }
  } else if (answer !== undefined && answer.json !== undefined) {
    await addJson(evaluation, answer.exchange.redactor.json(answer.text));
  } else if (answer !== undefined && answer.text !== '') {
    page.line(answer.exchange.redactor.text(answer.text.slice(0, printQuota)));
  }
  addWarnings(page, result?.warnings ?? []);
  if (result?.error !== undefined) throw result.error;
}

function textOf(value: Parameters<typeof printExactJson>[0]): string {
  return typeof value === 'string' ? value : printExactJson(value);
}
