/** Measuring, for all benchmarks: interleaved runs, the minimum and the median, one line per figure. */

export interface Samples {
  readonly min: number;
  readonly median: number;
}

export function summarize(samples: readonly number[]): Samples {
  const sorted = [...samples].sort((a, b) => a - b);
  return { min: sorted[0] ?? Number.NaN, median: percentile(sorted, 0.5) };
}

/** The value below which the share P of SORTED lies. */
export function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

/** Milliseconds of each of the WORKLOADS, run in turns, so that what else the machine does hits all alike. */
export async function interleaved<K extends string>(
  rounds: number,
  workloads: Record<K, () => Promise<void>>,
): Promise<Record<K, Samples>> {
  const names = Object.keys(workloads) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      await workloads[name]();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summarize(times.get(name) ?? [])])) as Record<K, Samples>;
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

/** Print one figure: what was measured, the numbers, the bar and whether it is held. */
export function report(what: string, figures: string, bar: string, held: boolean): void {
  console.log(`${held ? '✓' : '✗'} ${what}\n    ${figures}\n    bar: ${bar}\n`);
}
