/** Text that is compared without regard to case (RFC 7643 §2.2). */

/**
 * What two texts have in common that differ in case only, or in how their characters are encoded: RFC 7644 §5 has
 * `userName` compared as RFC 7613 prescribes, so that a composed and a decomposed é are one.
 */
export function foldCase(value: string): string {
  const lower = value.toLowerCase();
  return isAscii(lower) ? lower : lower.normalize('NFKC').toLowerCase();
}

function isAscii(text: string): boolean {
  for (let place = 0; place < text.length; place++) if (text.charCodeAt(place) > 0x7f) return false;
  return true;
}
