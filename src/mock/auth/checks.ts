/** What secrets of a mock server must look like. No message holds one. */

import { UsageError } from '../../scim/error.js';
import type { TokenSettings } from './settings.js';

/**
 * TOKENS, which are sent in a header as they are; KIND is what a message calls one of them.
 * @throws UsageError for one that no request could show, and for two with one name or one value
 */
export function checkedTokens(kind: string, tokens: readonly TokenSettings[]): readonly TokenSettings[] {
  for (const token of tokens) checkedToken(kind, token);
  const names = new Set(tokens.map(({ name }) => name));
  const twice = tokens.find(({ name }) => !names.delete(name));
  if (twice) throw new UsageError(`Two ${kind}s are called ${JSON.stringify(twice.name)}; give each its own name`);
  const values = new Map<string, string>();
  for (const { name, value } of tokens) {
    const other = values.get(value);
    if (other !== undefined) {
      throw new UsageError(`The ${kind}s ${JSON.stringify(other)} and ${JSON.stringify(name)} are the same`);
    }
    values.set(value, name);
  }
  return tokens;
}

/** TOKEN. @throws UsageError when no request could show it in a header */
export function checkedToken(kind: string, token: TokenSettings): TokenSettings {
  const called = `The ${kind} ${JSON.stringify(token.name)}`;
  if (token.value === '') throw new UsageError(`${called} is empty`);
  if (!/^[\x21-\x7e]+$/.test(token.value)) {
    throw new UsageError(`${called} holds a character that cannot be sent; use visible ASCII without spaces`);
  }
  if (token.expires && Number.isNaN(token.expires.getTime())) {
    throw new UsageError(`${called} expires at a time that does not exist; write it like 2027-01-31T00:00:00Z`);
  }
  return token;
}
