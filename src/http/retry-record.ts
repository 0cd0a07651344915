/** What became of the attempts before the last one. */

/** An attempt that was followed by another. */
export interface Retry {
  /** Of the answer, when there was one. */
  readonly status: number | undefined;
  /** `code` of the error, when there was no answer: `network.reset`. */
  readonly code: string | undefined;
  /** How long was waited before the next attempt. */
  readonly waitMs: number;
  /** The header that said how long to wait; undefined when nothing did. */
  readonly header: string | undefined;
}

/** RETRIES as a sentence, for a person who wonders what took so long; undefined when there were none. */
export function tellRetries(retries: readonly Retry[]): string | undefined {
  if (retries.length === 0) return undefined;
  const causes = retries.map(({ status, code }) => (status === undefined ? (told.get(code ?? '') ?? code) : status));
  const waited = retries.reduce((sum, { waitMs }) => sum + waitMs, 0);
  const headers = [...new Set(retries.flatMap(({ header }) => header ?? []))];
  const asked = headers.length === 0 ? '' : `, as ${headers.join(' and ')} said`;
  const times = retries.length === 1 ? 'once' : `${retries.length} times`;
  return `Sent again ${times} (${[...new Set(causes)].join(', ')}) after waiting ${duration(waited)}${asked}`;
}

const told = new Map([
  ['network.reset', 'the connection broke'],
  ['network.timeout', 'no answer in time'],
  ['network.refused', 'connection refused'],
  ['network.dns', 'name not resolved'],
  ['network.other', 'not reached'],
]);

/** MILLISECONDS as people say it: `0.4 s`, `90 s`, `60 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${Math.round(milliseconds / 100) / 10} s`;
  if (milliseconds < 300_000) return `${Math.ceil(milliseconds / 1000)} s`;
  return `${Math.ceil(milliseconds / 60_000)} min`;
}
