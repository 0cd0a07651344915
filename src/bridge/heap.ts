/** How much memory the process may take for granted. */

import { setFlagsFromString } from 'node:v8';

/**
 * Collect garbage when the heap has grown by a quarter, where V8 would wait until it has doubled or more.
 *
 * The bridge lives as long as Emacs does. Reading 1,000,000 users takes 165 MB with this and 215 to 250 MB without, for
 * 5 % of the time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=25');
}
