import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ExchangeTeller } from '../../src/bridge/trace-teller.js';
import type { ExchangeView } from '../../src/bridge/trace-views.js';
import { workspace } from '../../src/protocol/index.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function exchange(id: number): ExchangeView {
  return {
    id,
    tenant: 'a',
    purpose: 'request',
    startedAt: '2026-03-04T05:06:07.089Z',
    method: 'GET',
    path: `/Users/${id}`,
    status: 200,
    durationMs: 1,
    timing: { blockedMs: 1 },
    requestBytes: 0,
    responseBytes: 0,
    attempts: 1,
  };
}

/** A teller, and the messages that it has sent: an id for one exchange, a list for several. */
function teller(): { told: (number | number[])[]; tell: (id: number) => void } {
  const told: (number | number[])[] = [];
  const one = new ExchangeTeller(
    (_definition, params: unknown) => {
      const single = workspace.exchange.params.safeParse(params);
      if (single.success) told.push(single.data.id);
      else told.push(workspace.exchanges.params.parse(params).exchanges.map(({ id }) => id));
    },
    () => Date.now(),
  );
  return { told, tell: (id) => one.tell(exchange(id)) };
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('few are told at once, each by itself', () => {
  const { told, tell } = teller();
  for (const id of numbers(1, 20)) tell(id);
  expect(told).toEqual(numbers(1, 20));
});

it('of many, those beyond the first are told together, in order, and all of them', () => {
  const { told, tell } = teller();
  for (const id of numbers(1, 100)) tell(id);
  expect(told).toEqual(numbers(1, 32));
  vi.advanceTimersByTime(60);
  expect(told.slice(32)).toEqual([numbers(33, 100)]);
});

it('a message never holds more than Emacs reads in a moment', () => {
  const { told, tell } = teller();
  for (const id of numbers(1, 5000)) tell(id);
  vi.advanceTimersByTime(60);
  expect(told.flat()).toEqual(numbers(1, 5000));
  expect(Math.max(...told.map((message) => (Array.isArray(message) ? message.length : 1)))).toBe(250);
  expect(told.length).toBeLessThan(60);
});

it('after a rest, single ones are told at once again', () => {
  const { told, tell } = teller();
  for (const id of numbers(1, 100)) tell(id);
  vi.advanceTimersByTime(5000);
  tell(101);
  expect(told.at(-1)).toBe(101);
});
