/** The difference of two texts as people and `diff-mode` read it: unified, line by line. */

export interface DiffNames {
  readonly before: string;
  readonly after: string;
}

type Step = { readonly sign: ' ' | '-' | '+'; readonly line: string };

/** Lines of unchanged text around each change. */
const context = 3;
/** More differing lines than this are shown as one change: to find the least difference would take too long. */
const mostDifferences = 2000;

/** BEFORE and AFTER as a unified diff; the empty text when they are equal. */
export function unifiedDiff(before: string, after: string, names: DiffNames): string {
  if (before === after) return '';
  const steps = stepsBetween(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps);
  return `--- ${names.before}\n+++ ${names.after}\n${hunks.map((hunk) => hunkText(steps, hunk)).join('')}`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function stepsBetween(before: readonly string[], after: readonly string[]): Step[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (line: string): Step => ({ sign: ' ', line });
  return [
    ...before.slice(0, head).map(same),
    ...middleSteps(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

/** The least insertions and deletions, after Myers, "An O(ND) Difference Algorithm" (1986). */
function middleSteps(before: readonly string[], after: readonly string[]): Step[] {
  const most = Math.min(before.length + after.length, mostDifferences);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let count = 0; count <= most; count += 1) {
    history.push(furthest.slice());
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = startOn(furthest, offset, diagonal, count);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      furthest[offset + diagonal] = x;
      if (x >= before.length && x - diagonal >= after.length) return walkBack(before, after, history, offset);
    }
  }
  return [...before.map((line): Step => ({ sign: '-', line })), ...after.map((line): Step => ({ sign: '+', line }))];
}

function startOn(furthest: Int32Array, offset: number, diagonal: number, count: number): number {
  if (count === 0) return 0;
  const isDownwards = isDown(furthest, offset, diagonal, count);
  return isDownwards ? (furthest[offset + diagonal + 1] ?? 0) : (furthest[offset + diagonal - 1] ?? 0) + 1;
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  history: readonly Int32Array[],
  offset: number,
): Step[] {
  const steps: Step[] = [];
  let x = before.length;
  let y = after.length;
  for (let count = history.length - 1; count >= 0; count -= 1) {
    const furthest = history[count] ?? new Int32Array();
    const diagonal = x - y;
    const start = startOn(furthest, offset, diagonal, count);
    while (x > start) {
      x -= 1;
      y -= 1;
      steps.push({ sign: ' ', line: before[x] ?? '' });
    }
    if (count === 0) break;
    if (isDown(furthest, offset, diagonal, count)) {
      y -= 1;
      steps.push({ sign: '+', line: after[y] ?? '' });
    } else {
      x -= 1;
      steps.push({ sign: '-', line: before[x] ?? '' });
    }
  }
  return steps.reverse();
}

function isDown(furthest: Int32Array, offset: number, diagonal: number, count: number): boolean {
  const below = furthest[offset + diagonal + 1] ?? 0;
  const right = furthest[offset + diagonal - 1] ?? 0;
  return diagonal === -count || (diagonal !== count && right < below);
}

interface Hunk {
  readonly from: number;
  readonly to: number;
}

/** Stretches of STEPS around changes; those that touch are one. */
function hunksOf(steps: readonly Step[]): Hunk[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [index, { sign }] of steps.entries()) {
    if (sign === ' ') continue;
    const from = Math.max(0, index - context);
    const to = Math.min(steps.length, index + context + 1);
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks;
}

function hunkText(steps: readonly Step[], { from, to }: Hunk): string {
  const count = (part: readonly Step[], sign: '-' | '+') => part.filter((step) => step.sign !== sign).length;
  const head = steps.slice(0, from);
  const body = steps.slice(from, to);
  const range = (start: number, length: number) => `${length === 0 ? start : start + 1},${length}`;
  const old = range(count(head, '+'), count(body, '+'));
  const now = range(count(head, '-'), count(body, '-'));
  return `@@ -${old} +${now} @@\n${body.map(({ sign, line }) => `${sign}${line}\n`).join('')}`;
}
