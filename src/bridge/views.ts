/** What the layers below know, as the protocol tells it to Emacs. Everything here is redacted already. */

import { STATUS_CODES } from 'node:http';
import type { ListOutcome } from '../client/types.js';
import type { RequestPreview } from '../document/preview.js';
import type { RunResult } from '../document/run.js';
import type { Exchange } from '../http/exchange.js';
import type { ErrorView, ParamsOf, RequestResult, ResponseView, TextRef, workspace } from '../protocol/index.js';
import type { Redactor } from '../redact/redact.js';
import { curlCommand } from '../report/curl.js';
import { prettyJson } from '../scim/json-text.js';
import type { TenantSettings } from '../workspace/workspace.js';
import { currentAction } from './action.js';
import { errorView } from './errors.js';
import type { Traced } from './trace.js';

/** Characters of a body in the log; the whole one is in the response buffer. */
const loggedBodyChars = 8192;

function headerLines(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}\n`).join('');
}

/** TEXT of CHARS characters and BYTES bytes in all, indented, with a note when it was cut. */
function loggedBody(text: string | undefined, chars: number, bytes: number): string {
  if (text === undefined) return '';
  const cut = chars > loggedBodyChars ? `\n… cut: ${bytes} bytes in all` : '';
  return `\n${prettyJson(text)}${cut}\n`;
}

/** URL without scheme and host. */
function pathOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function detail(exchange: Exchange): string {
  const { method, url, status, requestChars, requestBytes, responseChars, responseBytes, error } = exchange;
  const request =
    `> ${method} ${url}\n${headerLines(exchange.requestHeaders())}` +
    loggedBody(exchange.requestBody(loggedBodyChars), requestChars, requestBytes);
  const failure = error === undefined ? '' : `\n! ${error.code}: ${error.message}\n`;
  if (status === null) return request + failure + phaseLine(exchange);
  const response =
    `< ${status} ${STATUS_CODES[status] ?? ''}\n${headerLines(exchange.responseHeaders())}` +
    loggedBody(exchange.responseBody(loggedBodyChars), responseChars, responseBytes);
  return `${request}\n${response}${failure}${phaseLine(exchange)}`;
}

/** The phases of EXCHANGE that took place, on one line; and which of two credentials it was sent with. */
function phaseLine(exchange: Exchange): string {
  const phases = Object.entries(exchange.timing ?? {}).flatMap(([name, ms]) =>
    ms === undefined ? [] : [`${name.replace(/Ms$/, '')} ${ms.toFixed(1)}`],
  );
  const timing = phases.length === 0 ? '' : `\n* ${phases.join(', ')} ms\n`;
  return exchange.credential === undefined ? timing : `${timing}\n* with the ${exchange.credential} credential\n`;
}

/** The phases of EXCHANGE, those left out that are not known. */
export function timingView({ timing }: Exchange): Timing | undefined {
  if (timing === undefined) return undefined;
  const { blockedMs, dnsMs, connectMs, tlsMs, sendMs, waitMs, receiveMs } = timing;
  return {
    blockedMs,
    ...(dnsMs === undefined ? {} : { dnsMs }),
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(tlsMs === undefined ? {} : { tlsMs }),
    ...(sendMs === undefined ? {} : { sendMs }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(receiveMs === undefined ? {} : { receiveMs }),
  };
}

type Timing = NonNullable<ParamsOf<typeof workspace.exchange>['timing']>;

/** Name of the shell variable that stands for the tenant's token in copied commands. */
function tokenVariable(settings: Traced['settings']): string {
  return settings.tokenVariable ?? 'SCIM_AUTH_TOKEN';
}

/** The exchange as a curl command. */
export function curlOf({ exchange, settings }: Traced): string {
  return curlCommand(exchange, { tokenVariable: tokenVariable(settings) });
}

export function exchangeView(exchange: Exchange, settings: TenantSettings): ParamsOf<typeof workspace.exchange> {
  const { id, tenant, purpose, method, status, durationMs, requestBytes, responseBytes, attempts, error } = exchange;
  const { credential } = exchange;
  const timing = timingView(exchange);
  const action = currentAction();
  return {
    id,
    ...(action === undefined ? {} : { action }),
    tenant,
    purpose,
    startedAt: exchange.startedAt.toISOString(),
    method,
    path: pathOf(exchange.url),
    status,
    durationMs,
    ...(timing === undefined ? {} : { timing }),
    requestBytes,
    responseBytes,
    attempts,
    ...(credential === undefined ? {} : { credential }),
    ...(error === undefined ? {} : { error: error.message }),
    detail: detail(exchange),
    curl: curlCommand(exchange, { tokenVariable: tokenVariable(settings) }),
  };
}

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

/** PREVIEW as text to look at, and as a curl command. */
export function previewView(preview: RequestPreview, settings: TenantSettings): { text: string; curl: string } {
  const { method, url, headers, body } = preview;
  const source = { method, url, requestHeaders: () => headers, requestBody: () => body };
  const text = `${method} ${url}\n${headerLines(headers)}${body === undefined ? '' : `\n${body}\n`}`;
  return { text, curl: curlCommand(source, { tokenVariable: tokenVariable(settings) }) };
}
