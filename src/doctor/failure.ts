/** Errors as findings. */

import { ConfigurationError, NetworkError, type Position, ResponseError, type ScimError } from '../scim/error.js';
import { SecretNeededError, TrustNeededError } from '../workspace/externals.js';
import type { FindingId } from '../workspace/finding.js';
import type { Outcome } from './check.js';

const byNetworkCode: Record<NetworkError['code'], FindingId> = {
  'network.dns': 'NET001',
  'network.refused': 'NET002',
  'network.timeout': 'NET002',
  'network.reset': 'NET002',
  'network.other': 'NET002',
  'network.tls': 'NET003',
  'network.proxy': 'NET004',
};

const why: Partial<Record<FindingId, string>> = {
  NET001: 'no request of this tenant reaches the service',
  NET002: 'no request of this tenant reaches the service',
  NET003: 'no request of this tenant is sent, because the service cannot prove who it is',
  NET004: 'no request of this tenant gets past the proxy',
  AUTH001: 'every request of this tenant is refused',
  AUTH002: 'part of what this tenant is for is refused',
  SCIM002: 'answers that are not SCIM cannot be understood, and may come from another server',
};

/** ERROR as a finding; of kind OTHERWISE when the error does not say what it is about. */
export function outcomeOfError(error: ScimError, otherwise: FindingId): Outcome {
  const id = idOf(error) ?? otherwise;
  return {
    id,
    status: 'error',
    message: error.message,
    why: why[id],
    fix: error.remedy,
    file: error.file,
    position: error.position,
  };
}

function idOf(error: ScimError): FindingId | undefined {
  if (error instanceof NetworkError) return byNetworkCode[error.code];
  if (error.code === 'auth.token') return 'AUTH001';
  if (error instanceof ResponseError) return { 401: 'AUTH001' as const, 403: 'AUTH002' as const }[error.status];
  if (error.code.startsWith('response.')) return 'SCIM002';
  if (error instanceof TrustNeededError) return 'ENV014';
  if (error instanceof SecretNeededError) return 'ENV001';
  return error instanceof ConfigurationError ? 'ENV015' : undefined;
}

/** What is wrong with the settings of a tenant, each problem a finding. */
export function outcomesOfSettings(error: ScimError): Outcome[] {
  if (error.code !== 'config.reference') return [outcomeOfError(error, 'ENV015')];
  return error.message.split('\n').map((line) => {
    const place = /\(.*?([^\s,()]+\.yaml):(\d+)\)/.exec(line);
    const [, variable] = /variable ([A-Za-z_]\w*)/.exec(line) ?? [];
    return {
      id: kindOfComplaint(line),
      status: 'error',
      message: line.replace(/^tenant \S+: /, ''),
      why: 'no request of this tenant can be sent',
      fix: error.remedy,
      ...(variable === undefined ? {} : { variable }),
      ...(place === null ? {} : { file: place[1], position: lineOf(place[2]) }),
    };
  });
}

function lineOf(digits: string | undefined): Position {
  return { line: Math.max(0, Number(digits ?? 1) - 1), character: 0 };
}

const complaints: readonly (readonly [RegExp, FindingId])[] = [
  [/ (is not set|is set but empty|does not exist|is missing|has no entry in auth-source|is empty)/, 'ENV001'],
  [/ holds what looks like a placeholder/, 'ENV004'],
  [/ (has quotes around|contains white space|starts with "Bearer")/, 'ENV003'],
];

function kindOfComplaint(line: string): FindingId {
  return complaints.find(([words]) => words.test(line))?.[1] ?? 'ENV002';
}
