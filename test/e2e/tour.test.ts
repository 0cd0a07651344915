/** The guided tour, played from beginning to end by the keys that its own texts tell, in a real Emacs on a terminal. */

import { existsSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { inEmacs, type Terminal } from '../support/terminal.js';

vi.setConfig({ testTimeout: 240_000 });

/** What a task asks for: keys to press, or text to type. */
type Press = readonly [kind: 'keys' | 'text', what: string];

/** Lisp that tells what the present task asks for, as pairs of strings. */
const presses = `
  (mapcar (lambda (press) (vector (symbol-name (car press)) (cdr press)))
          (scim-tour-steps-presses scim-tour--step scim-tour--task))`;

/** Lisp for which task is the present one, when it can be done. */
const where = '(and (not scim-tour--place) (format "%d.%d" scim-tour--step scim-tour--task))';

function isPress(value: unknown): value is Press {
  return Array.isArray(value) && (value[0] === 'keys' || value[0] === 'text') && typeof value[1] === 'string';
}

async function pressesNow(emacs: Terminal): Promise<Press[]> {
  const all = await emacs.ask(presses);
  return Array.isArray(all) ? all.filter(isPress) : [];
}

function play(emacs: Terminal, all: readonly Press[]): void {
  for (const [kind, what] of all) {
    if (kind === 'keys') emacs.press(what);
    else emacs.type(what);
  }
}

async function begin(emacs: Terminal): Promise<string> {
  await emacs.ask('(require (quote scim-tour))');
  emacs.command('scim-tour');
  await emacs.until('the tour to begin', '(bound-and-true-p scim-tour--timer)');
  return String(await emacs.ask('scim-tour-service-root'));
}

/** Waits until the tour has gone on from TASK; returns the task that it is at. */
async function goneOn(emacs: Terminal, task: string): Promise<string> {
  await emacs.until(`the tour to go on from ${task}`, `(not (equal ${where} "${task}"))`);
  return String(await emacs.until('the next task', where));
}

/** Plays all tasks, from the present one to the last of the tour; returns those that were done. */
async function playAll(emacs: Terminal): Promise<string[]> {
  const done: string[] = [];
  const last = Number(await emacs.ask('(1- (length scim-tour-steps))'));
  let now = String(await emacs.until('the first task', where));
  while (!now.startsWith(`${last}.`)) {
    play(emacs, await pressesNow(emacs));
    done.push(now);
    now = await goneOn(emacs, now);
  }
  return done;
}

describe('the tour', () => {
  it('goes on by itself when each task is done by the keys that it tells, and cleans up', async () => {
    await inEmacs({ rows: 42, columns: 120 }, async (emacs) => {
      const root = await begin(emacs);
      const tasks = await emacs.ask(
        '(apply (function +) (mapcar (lambda (s) (length (plist-get s :tasks))) scim-tour-steps))',
      );
      const done = await playAll(emacs);
      expect(done).toHaveLength(Number(tasks) - 1);
      play(emacs, await pressesNow(emacs));
      await emacs.sees('Keep what you have changed, tour.scim?');
      emacs.press('n');
      await emacs.until('the tour to end', '(null scim-tour--step)');
      await emacs.isTold('That was the tour.');
      expect(existsSync(root)).toBe(false);
      expect(await emacs.ask('(list (process-list) (get-buffer "*SCIM tour*"))')).not.toContain('scim-tour-service');
      expect(await emacs.ask('(file-exists-p scim-tour-file)')).toBeNull();
    });
  });
});
