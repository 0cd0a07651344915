/** Exchanges as the protocol tells them to Emacs. Everything here is redacted already. */

import { STATUS_CODES } from 'node:http';
import { addressOf } from '../client/address.js';
import { isWrite } from '../client/safeguards.js';
import { type ScimPlace, scimUri } from '../document/scim-uri.js';
import type { Exchange } from '../http/exchange.js';
import type { ParamsOf, workspace } from '../protocol/index.js';
import { curlCommand } from '../report/curl.js';
import { prettyJson } from '../scim/json-text.js';
import { SchemaRegistry } from '../scim/schema/resource-type.js';
import type { Traced, TraceSettings } from './trace.js';

export type ExchangeView = ParamsOf<typeof workspace.exchange>;

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

/** Request and response of EXCHANGE, headers and bodies, as text to show. */
export function detailOf(exchange: Exchange): string {
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
export function tokenVariable(settings: Traced['settings']): string {
  return settings.tokenVariable ?? 'SCIM_AUTH_TOKEN';
}

/** The exchange as a curl command. */
export function curlOf({ exchange, settings }: Traced): string {
  return curlCommand(exchange, { tokenVariable: tokenVariable(settings) });
}

/** EXCHANGE on behalf of ACTION, as the log shows it in one line. */
export function exchangeView(exchange: Exchange, settings: TraceSettings, action: string | undefined): ExchangeView {
  const { id, tenant, purpose, method, status, durationMs, requestBytes, responseBytes, attempts, error } = exchange;
  const { credential, url } = exchange;
  const timing = timingView(exchange);
  const place = placeOf(exchange, url, settings);
  return {
    id,
    ...(action === undefined ? {} : { action }),
    tenant,
    purpose,
    startedAt: exchange.startedAt.toISOString(),
    method,
    path: pathOf(url),
    status,
    durationMs,
    ...(timing === undefined ? {} : { timing }),
    requestBytes,
    responseBytes,
    attempts,
    ...(credential === undefined ? {} : { credential }),
    ...(error === undefined ? {} : { error: error.message }),
    ...(purpose !== 'token' && writes(exchange, url) ? { write: true } : {}),
    ...(place === undefined ? {} : { resource: scimUri(place) }),
  };
}

/** Whether EXCHANGE with URL was sent to change something. */
function writes(exchange: Exchange, url = exchange.url): boolean {
  const headers = Object.fromEntries(exchange.original().headers.map(([name]) => [name, '']));
  return isWrite({ method: exchange.method, path: pathOf(url), headers });
}

/** URL relative to the base URL of SETTINGS; as a path when it is elsewhere, or not known where that is. */
export function relativeOf(url: string, { baseUrl }: TraceSettings): string {
  const path = pathOf(url);
  if (baseUrl === undefined) return path;
  try {
    return addressOf(baseUrl, path).relative;
  } catch {
    return path;
  }
}

const notResources = /^(ServiceProviderConfigs?|ResourceTypes|Schemas|Bulk|Me|\.search)$/i;

/** What EXCHANGE with URL is about: a resource (RFC 7644 §3.2), one that it created, or a schema. */
function placeOf(exchange: Exchange, url: string, settings: TraceSettings): ScimPlace | undefined {
  if (exchange.purpose === 'token') return undefined;
  const asked = placeIn(relativeOf(url, settings), exchange.tenant);
  if (asked !== undefined || exchange.status !== 201) return asked;
  const location = exchange.responseHeaders().find(([name]) => name.toLowerCase() === 'location')?.[1];
  return location === undefined ? undefined : placeIn(relativeOf(location, settings), exchange.tenant);
}

function placeIn(path: string, tenant: string): ScimPlace | undefined {
  const [endpoint = '', id = '', ...more] = path
    .replace(/[?#].*$/s, '')
    .split('/')
    .slice(1)
    .map(decoded);
  if (endpoint === '' || id === '' || id.startsWith('.') || id.includes('***') || more.some((part) => part !== '')) {
    return undefined;
  }
  if (/^Schemas$/i.test(endpoint)) return { tenant, kind: 'schema', urn: id };
  if (/^ResourceTypes$/i.test(endpoint)) return { tenant, kind: 'type', type: id };
  if (notResources.test(endpoint)) return undefined;
  // Endpoints of types that the standard does not have do as names of them.
  const type = SchemaRegistry.rfc.find(endpoint)?.name ?? endpoint;
  return { tenant, kind: 'resource', type, id };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
