/** Who knows what can stand at a place that the schema alone does not tell: names of vendors, files, attributes, … */

import type { Path } from './yaml-text.js';

/** One thing that can stand at a place. */
export interface Suggestion {
  readonly label: string;
  /** One or two sentences, as Markdown. */
  readonly description?: string | undefined;
  /** A word or two beside the label: a type, a default. */
  readonly detail?: string | undefined;
}

/** A place that a source is asked about. */
export interface SourcePlace {
  readonly role: 'key' | 'value';
  /** Path from the value whose schema names the source; for a key, to the map that it is in. */
  readonly path: Path;
  /** The whole file, as far as it can be read. */
  readonly root: unknown;
  /** What stands before the cursor, for sources that would have too much to tell. */
  readonly prefix: string;
}

/** What can stand at PLACE. */
export type Source = (place: SourcePlace) => readonly Suggestion[];

/** The sources that a schema names by `.meta({ source })`. */
export type Sources = Readonly<Record<string, Source>>;
