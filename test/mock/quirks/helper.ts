/** A mock server with quirks, and a clock that stands still until a test moves it. */

import { request as httpRequest } from 'node:http';
import type { MockOptions } from '../../../src/mock/options.js';
import { type Peer, start } from '../helper.js';

export const entraUser = 'urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User';

/** A clock for a server; `pass` moves it by SECONDS. */
export interface HandClock {
  readonly now: () => Date;
  pass(seconds: number): void;
}

export function handClock(start = '2026-01-31T08:00:00Z'): HandClock {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    pass: (seconds) => {
      time += seconds * 1000;
    },
  };
}

/** A server of VENDOR. */
export function vendor(name: string, options: MockOptions = {}): Promise<Peer> {
  return start({ vendor: name, ...options });
}

/** A server with nothing but the quirk NAME. */
export function quirk(name: string, value: unknown, options: MockOptions = {}): Promise<Peer> {
  return start({ quirks: { [name]: value }, ...options });
}

/** The status of a GET with exactly HEADERS: `fetch` always sends some of its own. */
export function bareGet(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}
