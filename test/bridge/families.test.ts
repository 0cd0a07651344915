/** Every method of the protocol is answered, though its handlers are registered only when it is first called. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCodes, families } from '../../src/protocol/index.js';
import { type Bridge, startBridge } from '../support/bridge.js';

interface Defined {
  readonly kind: 'request' | 'notification';
  readonly method: string;
}

function isDefined(value: unknown): value is Defined {
  return typeof value === 'object' && value !== null && 'kind' in value && 'method' in value;
}

/** Those end the session, or have been called when the test begins. */
const ofTheSession = ['initialize', 'shutdown'];

const requests = families
  .flatMap((family) => Object.values(family).filter(isDefined))
  .filter(({ kind, method }) => kind === 'request' && !ofTheSession.includes(method))
  .map(({ method }) => method);

let bridge: Bridge;

beforeAll(async () => {
  bridge = await startBridge();
});

afterAll(() => bridge.stop());

describe('the bridge', () => {
  it.each([...new Set(requests)])('answers %s', async (method) => {
    // Parameters that no method takes: whatever comes, it is not that nobody knows the method.
    const code = await bridge.connection.sendRequest(method, 'nonsense').then(
      () => undefined,
      (error: { code?: unknown }) => error.code,
    );
    expect(code).not.toBe(errorCodes.methodNotFound);
  });

  it('says so when nobody knows a method, also in a family that is known', async () => {
    for (const method of ['scim/nothing', 'scim/edit/nothing', 'nothing']) {
      await expect(bridge.connection.sendRequest(method, {})).rejects.toMatchObject({
        code: errorCodes.methodNotFound,
        message: `Unhandled method ${method}`,
      });
    }
  });

  it('answers requests of a family in the order in which they came, the first ones, too', async () => {
    const other = await startBridge();
    const answered: number[] = [];
    const ask = (n: number) =>
      other.connection.sendRequest('scim/filter/check', { filter: 'x', type: 'User' }).then(
        () => answered.push(n),
        () => answered.push(n),
      );
    await Promise.all([ask(1), ask(2), ask(3)]);
    expect(answered).toEqual([1, 2, 3]);
    await other.stop();
  });
});
