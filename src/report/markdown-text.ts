/** Texts inside Markdown. */

import { printable } from './printable.js';

/** TEXT so that nothing in it is taken for markup. */
export function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>|#]/g, (char) => `\\${char}`);
}
