/** The guided tour, played from beginning to end by the keys that its own texts tell, in a real Emacs on a terminal. */

import { existsSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { inEmacs, type Terminal, textsOf } from '../support/terminal.js';

vi.setConfig({ testTimeout: 240_000 });

/** What a task asks for: keys to press, or text to type. */
type Press = readonly [kind: 'keys' | 'text', what: string];

/** Lisp that tells what the present task asks for, as pairs of strings. */
const presses = `
  (mapcar (lambda (press) (vector (symbol-name (car press)) (cdr press)))
          (scim-tour-steps-presses scim-tour--step scim-tour--task))`;

/** Lisp for which task is the present one, when it can be done. */
const where = '(and (not scim-tour--place) (format "%d.%d" scim-tour--step scim-tour--task))';

/** Lisp for whether the window of the tour is where it should be. */
const atTop = `
  (let ((window (get-buffer-window "*SCIM tour*")))
    (and window (window-full-width-p window) (eq 'top (window-parameter window 'window-side))))`;

function isPress(value: unknown): value is Press {
  return Array.isArray(value) && (value[0] === 'keys' || value[0] === 'text') && typeof value[1] === 'string';
}

async function pressesNow(emacs: Terminal): Promise<Press[]> {
  const all = await emacs.ask(presses);
  return Array.isArray(all) ? all.filter(isPress) : [];
}

async function play(emacs: Terminal, all: readonly Press[]): Promise<void> {
  for (const [kind, what] of all) {
    if (kind === 'keys') emacs.press(what);
    else emacs.type(what);
    // A terminal forgets what was typed right after C-g.
    if (what === 'C-g') await emacs.ask('t');
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
    await play(emacs, await pressesNow(emacs));
    done.push(now);
    now = await goneOn(emacs, now);
  }
  return done;
}

/** Plays the tasks of the present step, until the tour is at another one. */
async function playStep(emacs: Terminal): Promise<void> {
  let now = String(await emacs.until('a task', where));
  const [step] = now.split('.');
  while (now.startsWith(`${step}.`)) {
    await play(emacs, await pressesNow(emacs));
    now = await goneOn(emacs, now);
    expect(await emacs.ask(atTop), `the window of the tour after ${now}`).toBe(true);
  }
}

/** Presses KEY in the window of the tour. */
async function inTour(emacs: Terminal, key: string): Promise<void> {
  emacs.press('C-g');
  await emacs.until('no menu', '(not (bound-and-true-p transient--prefix))');
  await emacs.until('a task', where);
  emacs.command('scim-tour');
  await emacs.isIn('*SCIM tour*');
  emacs.press(key);
}

describe('the tour', () => {
  it('goes on by itself when each task is done by the keys that it tells, and cleans up', async () => {
    await inEmacs({ rows: 42, columns: 120 }, async (emacs) => {
      const root = await begin(emacs);
      const tasks = await emacs.ask(
        '(apply (function +) (mapcar (lambda (step) (length (plist-get step :tasks))) scim-tour-steps))',
      );
      const done = await playAll(emacs);
      expect(done).toHaveLength(Number(tasks) - 1);
      await play(emacs, await pressesNow(emacs));
      await emacs.sees('Keep what you have changed, tour.scim?');
      emacs.press('n');
      await emacs.until('the tour to end', '(null scim-tour--step)');
      await emacs.isTold('That was the tour.');
      expect(existsSync(root)).toBe(false);
      const left = '(mapcar (function process-name) (process-list))';
      expect(textsOf(await emacs.ask(left)).filter((name) => name.startsWith('scim'))).toEqual([]);
      const buffers = '(mapcar (function buffer-name) (buffer-list))';
      expect(textsOf(await emacs.ask(buffers)).filter((name) => /scim/i.test(name))).toEqual([]);
      expect(await emacs.ask('(file-exists-p scim-tour-file)')).toBeNull();
    });
  });

  it('begins each step anew for who returns to it, in any order', async () => {
    // As small as terminals are.
    await inEmacs({ rows: 30, columns: 80 }, async (emacs) => {
      await begin(emacs);
      const last = Number(await emacs.ask('(1- (length scim-tour-steps))'));
      await emacs.until('the first task', where);
      for (let step = 0; step < last; step++) {
        await inTour(emacs, 'n');
        await emacs.until(`step ${step + 1}`, `(equal ${where} "${step + 1}.0")`);
      }
      for (let step = last - 1; step >= 0; step--) {
        await inTour(emacs, 'p');
        await emacs.until(`step ${step}`, `(equal ${where} "${step}.0")`);
        await playStep(emacs);
        // Back to its beginning: what was done does not count as done again.
        await inTour(emacs, 'p');
        await emacs.until(`step ${step} again`, `(equal ${where} "${step}.0")`);
        await emacs.ask('(scim-tour--look)');
        expect(await emacs.ask(where)).toBe(`${step}.0`);
        if (step % 3 === 0) {
          await playStep(emacs);
          await inTour(emacs, 'p');
          await emacs.until(`step ${step} once more`, `(equal ${where} "${step}.0")`);
        }
      }
    });
  });

  it('does not take for done what was done otherwise', async () => {
    await inEmacs({ rows: 42, columns: 120 }, async (emacs) => {
      await begin(emacs);
      /** Does something else, which has happened when LISP is true, and is not taken for TASK. */
      const isNot = async (task: string, wrong: () => void, lisp: string): Promise<void> => {
        await emacs.until(`task ${task}`, `(equal ${where} "${task}")`);
        wrong();
        await emacs.until(lisp, lisp);
        await emacs.ask('(scim-tour--look)');
        expect(await emacs.ask(where)).toBe(task);
      };
      const right = async (): Promise<void> => {
        const now = String(await emacs.ask(where));
        await play(emacs, await pressesNow(emacs));
        await goneOn(emacs, now);
      };
      const complete = '(equal "complete" (plist-get (bound-and-true-p scim-browse--state) :completeness))';
      // Another buffer is not home.
      await isNot('0.0', () => emacs.command('ielm'), '(derived-mode-p (quote inferior-emacs-lisp-mode))');
      await inTour(emacs, 'r');
      await right();
      await right();
      // Groups are not users.
      emacs.press('C-g');
      await emacs.until('no menu', '(null transient--prefix)');
      await isNot('1.0', () => emacs.press('U'), `(and (equal scim-browse-type "Group") ${complete})`);
      await inTour(emacs, 'r');
      await emacs.isIn('*SCIM*');
      await right();
      // This filter does not find her.
      await isNot('1.1', () => emacs.type('fuserName sw "kwa"\r'), `(and scim-browse--filter ${complete})`);
      await isNot('1.1', () => emacs.press('F'), `(and (not scim-browse--filter) ${complete})`);
      await right();
      // A preview that is left is no change.
      await inTour(emacs, 'n');
      await inTour(emacs, 'n');
      await emacs.until('to be at the preview', `(equal ${where} "3.0")`);
      await right();
      await isNot('3.1', () => emacs.press('q'), '(derived-mode-p (quote scim-edit-mode))');
      await inTour(emacs, 'n');
      // A title that somebody types, and takes back.
      await isNot(
        '4.0',
        () => emacs.type('\u0013Guide\rxyz'),
        '(and (derived-mode-p (quote scim-edit-mode)) (scim-edit-modified-p))',
      );
      await inTour(emacs, 'q');
      await emacs.until('the tour to end', '(null scim-tour--step)');
      expect(await emacs.ask('(file-exists-p scim-tour-file)')).toBe(true);
      // And it goes on there.
      emacs.command('scim-tour');
      await emacs.sees('Go on where you left the tour, at "Somebody else was faster"?');
      emacs.press('y');
      await emacs.until('the conflict', `(equal ${where} "4.0")`);
      await playStep(emacs);
    });
  });
});
