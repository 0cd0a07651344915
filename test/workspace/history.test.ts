import { describe, expect, it } from 'vitest';
import { historyText } from '../../src/report/env/history.js';
import { useBefore } from '../../src/workspace/history.js';

/** A use at SECOND whose token has FINGERPRINT, or was not looked up. */
function use(second: number, fingerprint?: string) {
  return {
    time: `2026-01-31T08:00:0${second}.000Z`,
    command: 'run',
    tenant: 'staging',
    files: [],
    values: [{ key: 'auth.token', origin: 'cmd:pass …', ...(fingerprint !== undefined && { fingerprint }) }],
    versions: {},
    user: 'ann',
  };
}

/** The lines about values, use by use. */
function told(...uses: ReturnType<typeof use>[]): string[] {
  const entries = uses.map((each) => ({ use: each, before: useBefore(each, uses) }));
  const { text } = historyText(entries, '/workspace', false);
  return text.split('\n').filter((line) => line.includes('auth.token'));
}

describe('the history of a value', () => {
  it('tells nothing of uses that did not look at it', () => {
    expect(told(use(0, 'aaaaaaaa'), use(1), use(2, 'aaaaaaaa'))).toEqual(['    auth.token: cmd:pass … [aaaaaaaa]']);
  });

  it('tells a rotation also over uses that did not look', () => {
    expect(told(use(0, 'aaaaaaaa'), use(1), use(2, 'bbbbbbbb'))).toEqual([
      '    auth.token: cmd:pass … [aaaaaaaa]',
      '    auth.token: cmd:pass … [aaaaaaaa] → cmd:pass … [bbbbbbbb]',
    ]);
  });
});
