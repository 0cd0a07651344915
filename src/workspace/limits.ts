/** `limits:` of a tenant, with the defaults. */

import type { TenantEntry } from './file.js';

/** How long, how much and how many. */
export interface Limits {
  readonly timeoutMs: number;
  readonly connectTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
  /** Of all attempts at a request. */
  readonly deadlineMs?: number;
  readonly maxResponseBytes: number;
  readonly pageSize?: number;
  readonly concurrency?: number;
}

const defaults = { timeoutMs: 30_000, maxResponseBytes: 20 * 1024 * 1024 };

/** The limits of a tenant with ENTRY. */
export function limitsOf({ limits = {} }: TenantEntry): Limits {
  const { timeout, connectTimeout, headersTimeout, deadline, maxResponseBytes, pageSize, concurrency } = limits;
  return {
    timeoutMs: timeout ?? defaults.timeoutMs,
    maxResponseBytes: maxResponseBytes ?? defaults.maxResponseBytes,
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout }),
    ...(headersTimeout === undefined ? {} : { headersTimeoutMs: headersTimeout }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}
