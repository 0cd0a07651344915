/** An exchange as the text of a request file. */

import { prettyJson } from '../scim/json-text.js';
import type { Traced } from './trace.js';
import { relativeOf } from './trace-views.js';

const maxBodyChars = 1_000_000;

/** Headers that the client sets by itself. */
const ownHeaders = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'user-agent',
]);

/** The request of TRACED, redacted, as the text of a request file; secrets in it are to be filled in. */
export function requestFileOf({ exchange, settings }: Traced): string {
  const path = relativeOf(exchange.url, settings);
  const headers = exchange
    .requestHeaders()
    .filter(([name, value]) => !ownHeaders.has(name.toLowerCase()) && !value.includes('***'))
    .map(([name, value]) => `${name}: ${value}\n`);
  const body = exchange.requestBody(maxBodyChars);
  const secret = `${path}${body ?? ''}`.includes('***') ? '# *** stands for secrets, which are not kept.\n' : '';
  const name = `${exchange.method} ${path.replace(/\?.*$/s, '')}`;
  const text = body === undefined ? '' : `\n${prettyJson(body)}\n`;
  return `### ${name}\n${secret}${exchange.method} ${path}\n${headers.join('')}${text}`;
}
