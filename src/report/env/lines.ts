/** A report as lines, each of which may lead somewhere. */

import type { Position } from '../../scim/error.js';
import { printable } from '../printable.js';

/** Something in the work tree. */
export interface ReportPlace {
  /** Absolute. */
  readonly file: string;
  /** From 0. */
  readonly line: number;
}

/** A report, and where its lines lead. */
export interface PlacedReport {
  readonly text: string;
  readonly places: { line: number; file: string; position: Position }[];
}

const colors = { added: 32, removed: 31, warning: 33, dim: 2, head: 1 } as const;

export class ReportLines {
  readonly #lines: string[] = [];
  readonly #places: PlacedReport['places'] = [];

  constructor(private readonly color: boolean) {}

  /** Adds TEXT as a line that leads to PLACE. */
  add(text: string, place?: ReportPlace): void {
    if (place) this.#places.push({ line: this.#lines.length, file: place.file, position: at(place.line) });
    this.#lines.push(text);
  }

  /** TEXT, with control characters shown, in the color of KIND. */
  paint(kind: keyof typeof colors, text: string): string {
    const safe = printable(text);
    return this.color ? `\u001b[${colors[kind]}m${safe}\u001b[0m` : safe;
  }

  get report(): PlacedReport {
    return { text: this.#lines.map((line) => `${line}\n`).join(''), places: this.#places };
  }
}

function at(line: number): Position {
  return { line, character: 0 };
}
