/** HTTP Archives that were opened: their exchanges, free of secrets like those of the bridge itself. */

import { type Purpose, recordExchange } from '../http/exchange.js';
import { createRedactor, secretsOfRequest } from '../redact/redact.js';
import { type HarEntry, readHar } from '../report/har-read.js';
import { UsageError } from '../scim/error.js';
import type { Traced } from './trace.js';

export interface Archive {
  readonly id: string;
  /** In the order in which they began; the id of each is its place, from 1. */
  readonly exchanges: readonly Traced[];
  /** Entries that are no exchanges. */
  readonly skipped: number;
  /** Where the SCIM service was: what all paths are relative to. */
  readonly base: URL | undefined;
}

export class Archives {
  readonly #open = new Map<string, Archive>();
  #next = 1;

  /**
   * Reads the archive TEXT.
   * @throws UsageError and JsonSyntaxError when it is none
   */
  open(text: string): Archive {
    const { entries, skipped } = readHar(text);
    const base = baseOf(entries.filter(({ purpose }) => purpose !== 'token').map(({ url }) => new URL(url)));
    const archive = {
      id: `archive-${this.#next++}`,
      exchanges: entries.map((entry, index) => tracedOf(entry, index + 1, base)),
      skipped,
      base,
    };
    this.#open.set(archive.id, archive);
    return archive;
  }

  /** @throws UsageError when ID is not open */
  get(id: string): Archive {
    const archive = this.#open.get(id);
    if (archive !== undefined) return archive;
    throw new UsageError('This archive is not open any more', { remedy: 'Open its file again.' });
  }

  close(id: string): void {
    this.#open.delete(id);
  }
}

const purposes: readonly Purpose[] = ['request', 'discovery', 'page', 'token'];

function tracedOf(entry: HarEntry, id: number, base: URL | undefined): Traced {
  const { method, url, requestHeaders: headers, requestBody: body, status } = entry;
  const redactor = createRedactor([]).with(secretsOfRequest(headers, body, url));
  const raw = {
    tenant: entry.tenant ?? new URL(url).host,
    purpose: purposes.find((purpose) => purpose === entry.purpose) ?? 'request',
    startedAt: entry.startedAt,
    durationMs: entry.durationMs,
    attempts: entry.attempts,
    responseBytes: entry.responseBytes,
    request: { method, url, headers, body },
    response: status === null ? undefined : { status, headers: entry.responseHeaders, text: entry.responseBody },
    error: entry.error,
  };
  const exchange = recordExchange(id, raw, () => redactor);
  return { exchange, settings: { tokenVariable: undefined, baseUrl: base }, action: undefined };
}

/** Endpoints that every service has, or most do (RFC 7644 §3.2, §4). */
const endpoint = /\/(?:Users|Groups|ServiceProviderConfigs?|ResourceTypes|Schemas|Bulk|Me|\.search)(?:\/|$)/;

/** The SCIM root of URLS: what stands before an endpoint that is known, else the directory that all of them are in. */
function baseOf(urls: readonly URL[]): URL | undefined {
  const [first] = urls;
  if (first === undefined) return undefined;
  for (const url of urls) {
    const found = endpoint.exec(url.pathname);
    if (found !== null) return new URL(url.pathname.slice(0, found.index) || '/', url.origin);
  }
  const segments = urls.map(({ pathname }) => pathname.split('/').slice(0, -1));
  const shared = (segments[0] ?? []).filter((_, index, all) =>
    segments.every((other) => all.slice(0, index + 1).every((part, place) => other[place] === part)),
  );
  return new URL(shared.join('/') || '/', first.origin);
}
