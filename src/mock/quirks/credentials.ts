/** How many tokens a service takes, and for how long. */

import { UsageError } from '../../scim/error.js';
import type { AuthSettings, TokenSettings } from '../auth/settings.js';
import type { QuirkValues } from './values.js';

/**
 * SETTINGS with the lifetime that VALUES give to tokens, counted from NOW, unless a token has its own.
 * @throws UsageError for more bearer tokens than can be active
 */
export function withLifetime({ token }: QuirkValues, settings: AuthSettings, now: () => Date): AuthSettings {
  if (settings.scheme !== 'bearer') return settings;
  const { ttl, maxActive } = token;
  if (maxActive !== null && settings.tokens.length > maxActive) {
    throw new UsageError(`This vendor has at most ${maxActive} active tokens, not ${settings.tokens.length}`);
  }
  if (ttl === null) return settings;
  const expires = after(now(), ttl);
  return { ...settings, tokens: settings.tokens.map((one): TokenSettings => ({ expires, ...one })) };
}

/** START and the ISO 8601 duration TTL, of which `token.ttl` is. */
function after(start: Date, ttl: string): Date {
  const [date = '', time = ''] = ttl.slice(1).split('T');
  const amount = (text: string, unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + amount(date, 'Y'), end.getUTCMonth() + amount(date, 'M'));
  const days = amount(date, 'W') * 7 + amount(date, 'D');
  const seconds = (amount(time, 'H') * 60 + amount(time, 'M')) * 60 + amount(time, 'S');
  return new Date(end.getTime() + (days * 86_400 + seconds) * 1000);
}
