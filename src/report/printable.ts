/**
 * TEXT for a terminal or a log: control characters, and those that change the direction of text, are shown by their
 * code. A server's answer must not be able to move the cursor or to forge lines.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, codeOf);
}

/** `\n` and `\t` as such, any other character as `\uXXXX`. */
export function codeOf(char: string): string {
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
