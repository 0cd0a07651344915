/** What a check of a workspace or a service found: one type for diagnostics, the doctor and the reports. */

import type { Position } from '../scim/error.js';

/** How bad it is; `skipped` is a check that could not be made because of an earlier one, or was not asked for. */
type FindingStatus = 'ok' | 'warning' | 'error' | 'skipped';

/** What can be found. The letters say where to look: in the environment, on the way to the service, at it. */
export const findingKinds = {
  ENV001: 'A variable or a file that is referred to is missing',
  ENV002: 'A value has the wrong format',
  ENV003: 'A secret has white space, quotes or other characters around it that were copied along',
  ENV004: 'A value looks like a reference that nothing has resolved',
  ENV005: 'A variable is defined twice, with different values',
  ENV006: 'A file with a secret can be read by others',
  ENV007: 'A file with a secret is tracked by git',
  ENV008: 'The name of a tenant and its URL speak of different environments',
  ENV009: 'Two tenants have the same base URL',
  ENV010: 'A production tenant inherits the secret of another tenant',
  ENV011: 'A secret stands in a file that belongs to the repository',
  ENV012: 'The name of a variable does not tell what it is',
  ENV013: 'A variable is set that nothing reads',
  ENV014: 'A command has not been trusted',
  ENV015: 'The configuration cannot be read or has an unknown key',
  NET001: 'The name of the host cannot be resolved',
  NET002: 'No connection to the host',
  NET003: 'TLS: certificate, host name, expiry',
  NET004: 'Proxy',
  NET005: 'The clocks of client and service differ',
  AUTH001: 'The service refuses the credential (401)',
  AUTH002: 'The credential may not do this (403)',
  AUTH003: 'The credential has expired, or soon will',
  AUTH004: 'Only one of two credentials works',
  SCIM001: 'ServiceProviderConfig and the other discovery documents',
  SCIM002: 'Content type of answers',
  SCIM003: 'Filters',
  SCIM004: 'Discovery differs from what was seen last time',
  SCIM005: 'The service differs from its vendor profile',
  SCIM006: 'Permissions: read, and write when asked',
  FS001: 'The directory for state can be written to',
  VER001: 'Versions of Emacs, jsonrpc, Node and the bridge',
} as const;

export type FindingId = keyof typeof findingKinds;

/** One result of one check. Holds no value of a variable. */
export interface Finding {
  readonly id: FindingId;
  readonly status: FindingStatus;
  /** What was found, as a sentence. */
  readonly message: string;
  /** What comes of it when nothing is done. */
  readonly why?: string | undefined;
  /** The command or the edit that mends it. */
  readonly fix?: string | undefined;
  readonly tenant?: string | undefined;
  readonly variable?: string | undefined;
  /** Path, relative to the workspace when it is in there. */
  readonly file?: string | undefined;
  readonly position?: Position | undefined;
  /** How long the check took. */
  readonly ms?: number | undefined;
}

/**
 * The exit code that FINDINGS come to: 0, 6 for an error of the configuration, 7 for one on the way to the service or
 * at it. What is wrong here is mended first, so 6 goes before 7.
 */
export function exitCodeOf(findings: readonly Finding[]): 0 | 6 | 7 {
  const errors = findings.filter(({ status }) => status === 'error');
  if (errors.length === 0) return 0;
  return errors.some(({ id }) => /^(ENV|FS|VER)/.test(id)) ? 6 : 7;
}
