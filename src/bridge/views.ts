/** What the layers below know, as the protocol tells it to Emacs. Everything here is redacted already. */

import type { ListOutcome } from '../client/types.js';
import { previewText } from '../document/edited-preview.js';
import type { ShownRequest } from '../document/preview.js';
import type { RunResult } from '../document/run.js';
import type { ErrorView, RequestResult, ResponseView, TextRef } from '../protocol/index.js';
import type { Redactor } from '../redact/redact.js';
import { curlCommand } from '../report/curl.js';
import type { TenantSettings } from '../workspace/workspace.js';
import { errorView } from './errors.js';
import { tokenVariable } from './trace-views.js';

function listView({ completeness, count, totalResults, pages }: ListOutcome): NonNullable<ResponseView['list']> {
  return {
    completeness: completeness.kind,
    ...(completeness.kind === 'complete' ? {} : { reason: completeness.reason }),
    count,
    totalResults: totalResults ?? null,
    pages,
  };
}

/** The answer in RESULT as the response buffer shows it, with its body in BODY; undefined when there was none. */
function responseView(result: RunResult, settings: TenantSettings, body: TextRef): ResponseView | undefined {
  const { answer, list } = result;
  if (answer === undefined) return undefined;
  const { status, reason, durationMs, bytes, etag, contentType, exchange, json } = answer;
  return {
    status,
    reason,
    durationMs,
    bytes,
    etag,
    contentType,
    headers: exchange.responseHeaders(),
    body,
    language: json === undefined ? 'text' : 'json',
    ...(list === undefined ? {} : { list: listView(list) }),
    curl: curlCommand(exchange, { tokenVariable: tokenVariable(settings) }),
  };
}

/**
 * RESULT for Emacs and for reports. BODY holds the body of its answer. REDACTOR knows the secrets of the tenant; what
 * the file says itself is redacted here, the rest a second time.
 */
export function requestResult(
  result: RunResult,
  settings: TenantSettings,
  body: TextRef,
  redactor: Redactor,
): RequestResult {
  const { line, method, outcome, reason, seconds, assertions, captures, error } = result;
  const response = responseView(result, settings, body);
  const known = result.answer?.exchange.redactor ?? redactor;
  const clean = (text: string): string => known.text(text);
  const target = known.url(result.target);
  return {
    name: clean(result.name.replace(result.target, () => target)),
    line,
    method,
    target,
    outcome,
    ...(reason === undefined ? {} : { reason: clean(reason) }),
    seconds,
    ...(response === undefined ? {} : { response }),
    assertions: assertions.map(({ text, message, ...rest }) => {
      return { ...rest, text: clean(text), ...(message === undefined ? {} : { message: clean(message) }) };
    }),
    captures: captures.map(({ name, value }) => ({ name, value: clean(value) })),
    warnings: result.warnings.map(clean),
    ...(error === undefined ? {} : { error: cleanError(errorView(error), clean) }),
  };
}

/** VIEW with its texts passed through CLEAN. */
function cleanError(view: ErrorView, clean: (text: string) => string): ErrorView {
  const { message, remedy, asked, detail } = view;
  return {
    ...view,
    message: clean(message),
    ...(remedy === undefined ? {} : { remedy: clean(remedy) }),
    ...(asked === undefined ? {} : { asked: clean(asked) }),
    ...(detail === undefined ? {} : { detail: clean(detail) }),
  };
}

/** SHOWN as a curl command. */
export function curlOfShown(
  { method, url, headers, body }: ShownRequest,
  settings: Pick<TenantSettings, 'tokenVariable'>,
): string {
  const source = { method, url, requestHeaders: () => headers, requestBody: () => body };
  return curlCommand(source, { tokenVariable: tokenVariable(settings) });
}

/** PREVIEW as text to look at, and as a curl command. */
export function previewView(preview: ShownRequest, settings: TenantSettings): { text: string; curl: string } {
  return { text: previewText(preview), curl: curlOfShown(preview, settings) };
}
