/** The mock server answers the requests that are printed in RFC 7644 §3 as it is printed there. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { start } from '../helper.js';
import { Bindings } from './bindings.js';
import { type Exchange, readScenarios } from './exchanges.js';

const scenarios = readScenarios(readFileSync(new URL('rfc7644.http', import.meta.url), 'utf8'));

/** Differences between what EXCHANGE prints and what the server at BASE answers. */
async function play(base: string, bindings: Bindings, { request, answer }: Exchange): Promise<string[]> {
  const [method = '', path = ''] = request.start.split(' ');
  const headers = [...request.headers].map(([name, value]): [string, string] => [name, bindings.resolve(value)]);
  const response = await fetch(base + bindings.resolve(path), {
    method,
    headers,
    ...(request.body !== '' && { body: bindings.resolve(request.body) }),
  });
  const text = await response.text();
  const [, status] = answer.start.split(' ');
  if (response.status !== Number(status)) return [`the status is ${response.status}, not ${status}: ${text}`];
  const differences = [...answer.headers].flatMap(([name, value]) => {
    const actual = response.headers.get(name)?.replace(/;\s*charset=utf-8$/i, '');
    return bindings.compare(value, actual, name);
  });
  if (answer.body !== '') differences.push(...bindings.compare(JSON.parse(answer.body), JSON.parse(text)));
  return differences;
}

describe('the exchanges of RFC 7644', () => {
  it.each(scenarios)('$title', async ({ exchanges }) => {
    const { mock } = await start();
    const bindings = new Bindings(mock.url);
    for (const exchange of exchanges) {
      expect(await play(mock.url, bindings, exchange), exchange.title).toEqual([]);
    }
    expect(exchanges.length).toBeGreaterThan(0);
  });
});
