/** A value that never travels without where it is known from. */

/** One thing that is known about a service. */
export interface Fact<T> {
  readonly value: T;
  /** Title of a document, or a path in a public repository. */
  readonly source: string;
  /** When the source said so, as exactly as it is known: `2026`, `2026-03`. */
  readonly date: string;
  /** Whether the source says so; false: it is a hypothesis to test. */
  readonly verified: boolean;
  /** What the value alone does not tell. */
  readonly note?: string | undefined;
  /** Nothing is known about this service: the value is the RFC's. */
  readonly assumed?: true | undefined;
}

/** Makes facts that come from one source. */
export interface Source {
  /** VALUE as the source states it. */
  <T>(value: T, note?: string): Fact<T>;
  /** VALUE as this source suggests it, or as people tell it, without a document that says so. */
  unverified<T>(value: T, note?: string): Fact<T>;
}

/** The source called TITLE as it was on DATE. */
export function source(title: string, date: string): Source {
  const fact = <T>(value: T, verified: boolean, note: string | undefined): Fact<T> => {
    return { value, source: title, date, verified, ...(note === undefined ? {} : { note }) };
  };
  return Object.assign(<T>(value: T, note?: string) => fact(value, true, note), {
    unverified: <T>(value: T, note?: string) => fact(value, false, note),
  });
}
