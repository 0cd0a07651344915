/** A mock server with quirks, and a clock that stands still until a test moves it. */

import { request as httpRequest } from 'node:http';
import type { MockOptions } from '../../../src/mock/options.js';
import { type Peer, type Reply, start } from '../helper.js';

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

/** The first WANTED answers to COUNT requests that are sent at the same time; the others may never come. */
export function firstAnswers(peer: Peer, count: number, wanted: number): Promise<Reply[]> {
  const answers: Reply[] = [];
  return new Promise((resolve) => {
    for (let number = 0; number < count; number++) {
      const take = (reply: Reply): void => {
        answers.push(reply);
        if (answers.length === wanted) resolve([...answers]);
      };
      // A request that is still under way when the server ends is nobody's failure.
      peer.ask('GET', '/Users').then(take, () => undefined);
    }
  });
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
