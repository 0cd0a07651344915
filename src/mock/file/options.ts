/** The content of a mock file as options: references resolved, included data added. */

import { plainContext, resolveReference } from '../../config/reference.js';
import type { Path } from '../../config/yaml-text.js';
import { parseResourceType, parseSchema } from '../../scim/schema/parse.js';
import type { AuthSettings, TokenSettings } from '../auth/settings.js';
import type { GivenResource, MockOptions, TlsSettings } from '../options.js';
import type { RuleChanges } from '../rules.js';
import { completeSchemas, type ImportedData, registryWith } from './given.js';
import type { MockFile } from './schema.js';
import { unknownType } from './unknown.js';

/** Data of an included file. */
export interface IncludedData extends ImportedData {
  /** Whether it was seen on the wire, and so may refer to what was not. */
  readonly isRecorded: boolean;
}

/** What is needed besides the file. */
export interface OptionsContext {
  /** Directory that relative `file:` references start from. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told about what cannot be. */
  readonly complain: (path: Path, message: string) => void;
  /** The same for the key at the path. */
  readonly complainOfKey: (path: Path, message: string) => void;
}

/** FILE with INCLUDED as options; what cannot be is told to `context.complain`. */
export function optionsOf(file: MockFile, included: readonly IncludedData[], context: OptionsContext): MockOptions {
  const schemas = [...(file.schemas ?? []).map(parseSchema), ...included.flatMap((data) => data.schemas)];
  const resourceTypes = [
    ...(file.resourceTypes ?? []).map(parseResourceType),
    ...included.flatMap((data) => data.resourceTypes),
  ];
  const registry = registryWith(schemas, resourceTypes);
  const own = Object.entries(file.resources ?? {}).flatMap(([name, list]): GivenResource[] => {
    const type = registry.find(name);
    if (type !== undefined) {
      return list.map((resource) => ({ type: type.name, resource: completeSchemas(type, resource) }));
    }
    context.complainOfKey(['resources', name], unknownType(name, registry));
    return [];
  });
  const { listen, generate, auth } = file;
  return {
    vendor: file.vendor,
    quirks: file.quirks,
    rules: rulesFor(file, included),
    auth: auth && authOf(auth, context),
    faults: file.faults,
    clock: file.clock,
    schemas,
    resourceTypes,
    resources: [...own, ...included.flatMap((data) => data.resources)],
    users: generate?.users,
    groups: generate?.groups,
    seed: file.seed,
    host: listen?.host,
    port: listen?.port,
    basePath: listen?.basePath,
    publicUrl: listen?.publicUrl,
    tls: listen?.tls && tlsOf(listen.tls, context),
  };
}

function rulesFor({ rules }: MockFile, included: readonly IncludedData[]): RuleChanges | undefined {
  if (rules?.references !== undefined || !included.some(({ isRecorded }) => isRecorded)) return rules;
  return { ...rules, references: 'unchecked' };
}

type FileAuth = NonNullable<MockFile['auth']>;
type FileToken =
  | string
  | { readonly name?: string; readonly value: string; readonly user?: string; readonly expires?: Date };

function authOf(auth: FileAuth, context: OptionsContext): AuthSettings {
  switch (auth.scheme) {
    case 'bearer':
      return { scheme: 'bearer', tokens: tokensOf(auth.tokens, 'token', ['auth', 'tokens'], context) };
    case 'api-key': {
      const keys = tokensOf(auth.keys, 'key', ['auth', 'keys'], context);
      return { scheme: 'apiKey', header: auth.header, keys };
    }
    case 'basic':
      return {
        scheme: 'basic',
        users: auth.users.map(({ name, password, ...more }, index) => {
          return { name, value: secretOf(password, ['auth', 'users', index, 'password'], context), ...more };
        }),
      };
    case 'oauth2': {
      const { tokenPath, tokenLifetime, scopes } = auth;
      const clients = auth.clients.map(({ secret, publicKey, ...client }, index) => {
        const at = ['auth', 'clients', index];
        return {
          ...client,
          ...(secret !== undefined && { secret: secretOf(secret, [...at, 'secret'], context) }),
          ...(publicKey !== undefined && { publicKey: secretOf(publicKey, [...at, 'publicKey'], context) }),
        };
      });
      return { scheme: 'oauth2', clients, tokenPath, tokenLifetime, scopes };
    }
    default:
      return { scheme: auth.scheme };
  }
}

/** A token without a name is called by the reference that it comes from, or by its number. */
function tokensOf(tokens: readonly FileToken[], what: string, path: Path, context: OptionsContext): TokenSettings[] {
  const settings = tokens.map((token, index): TokenSettings => {
    const { name, value, ...more } = typeof token === 'string' ? { value: token } : token;
    const at = typeof token === 'string' ? [...path, index] : [...path, index, 'value'];
    const called = name ?? /^(?:env|file):(.+)$/.exec(value)?.[1] ?? `${what} ${index + 1}`;
    return { name: called, value: secretOf(value, at, context), ...more };
  });
  for (const [index, { name }] of settings.entries()) {
    const isTwice = settings.findIndex((other) => other.name === name) < index;
    if (isTwice) context.complain([...path, index], 'has the name of another one; give it a `name` of its own');
  }
  return settings;
}

/** The value of REFERENCE at PATH; empty after a complaint, with which nothing starts. */
function secretOf(reference: string, path: Path, { root, env, complain }: OptionsContext): string {
  const resolved = resolveReference(reference, plainContext(root, env));
  if (resolved.ok) return resolved.value;
  complain(path, `${resolved.origin.label} ${resolved.problem}: ${resolved.remedy}`);
  return '';
}

type FileTls = NonNullable<NonNullable<MockFile['listen']>['tls']>;

function tlsOf(tls: FileTls, context: OptionsContext): TlsSettings | 'generated' {
  if (tls === 'generated') return tls;
  const path = ['listen', 'tls'];
  const certificate = secretOf(tls.certificate, [...path, 'certificate'], context);
  const key = secretOf(tls.key, [...path, 'key'], context);
  if (tls.clientCa === undefined) return { certificate, key };
  return { certificate, key, clientCa: secretOf(tls.clientCa, [...path, 'clientCa'], context) };
}
