/** RFC 7644 §3.14: versions and conditional requests. */

/**
 * Do two entity tags name the same version? Weak comparison of RFC 9110 §8.8.3.2: SCIM uses weak tags with If-Match,
 * where HTTP's strong comparison would never match. A tag without quotes, as some servers send it, counts as quoted.
 */
export function weakMatch(a: string, b: string): boolean {
  return opaquePart(a) === opaquePart(b);
}

/**
 * May a request with the If-Match HEADER proceed (RFC 9110 §13.1.1)? CURRENT is the version of the resource now,
 * undefined when there is no resource; `*` asks only that there be one. False means 412.
 */
export function ifMatchHolds(header: string, current: string | undefined): boolean {
  if (current === undefined) return false;
  return header.trim() === '*' || listed(header, current);
}

/**
 * May a request with the If-None-Match HEADER proceed (RFC 9110 §13.1.2)? CURRENT as in `ifMatchHolds`. False means
 * 304 for a read and 412 for a write.
 */
export function ifNoneMatchHolds(header: string, current: string | undefined): boolean {
  if (current === undefined) return true;
  return header.trim() !== '*' && !listed(header, current);
}

function listed(header: string, current: string): boolean {
  return entityTags(header).some((tag) => weakMatch(tag, current));
}

/** The members of a comma-separated list; commas inside quotes belong to the tag. */
function entityTags(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"|[^\s,]+/gi) ?? [];
}

function opaquePart(tag: string): string {
  const strong = tag.trim().replace(/^W\//i, '');
  return strong.length >= 2 && strong.startsWith('"') && strong.endsWith('"') ? strong.slice(1, -1) : strong;
}
