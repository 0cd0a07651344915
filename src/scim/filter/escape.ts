/** Values in filters: JSON strings (RFC 7644 Figure 1: `compValue` follows RFC 7159). */

/**
 * VALUE as a filter literal, with its quotes: `O"Malley` gives `"O\"Malley"`.
 * The result still has to be percent-encoded when it becomes part of a URL.
 */
export function quoteFilterString(value: string): string {
  return JSON.stringify(value);
}

/** VALUE escaped for a place between double quotes in a filter. */
export function escapeFilterString(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
