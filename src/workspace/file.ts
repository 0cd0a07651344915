/** `scim.yaml`: read, checked against its schema, every problem with its line. */

import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { type Annotations, annotationsFrom } from '../config/env-file.js';
import { ConfigurationError, type Position, ProtocolError } from '../scim/error.js';
import { parseFilter } from '../scim/filter/index.js';
import { auth, text, tls } from './access-file.js';
import { profileOverrides, vendorName } from './vendor.js';

const duration = z
  .string()
  .regex(/^\d+(ms|s|m)$/, 'must be a duration such as 500ms, 30s or 2m')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : text.endsWith('m') ? 60_000 : 1000));

/** A filter of RFC 7644 §3.4.2.2. */
const filter = text.superRefine((value, context) => {
  try {
    parseFilter(value);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    context.addIssue({ code: 'custom', message: `is not a filter: ${error.message}` });
  }
});

const tenant = z.strictObject({
  extends: z.string().optional(),
  vendor: vendorName.optional(),
  profile: profileOverrides.optional(),
  baseUrl: text.optional(),
  auth: auth.optional(),
  tls: tls.optional(),
  proxy: text.optional(),
  http2: z.boolean().optional(),
  limits: z
    .strictObject({
      timeout: duration.optional(),
      connectTimeout: duration.optional(),
      headersTimeout: duration.optional(),
      deadline: duration.optional(),
      maxResponseBytes: z.int().positive().optional(),
      pageSize: z.int().positive().optional(),
      concurrency: z.int().positive().optional(),
    })
    .optional(),
  validation: z.enum(['strict', 'warn', 'off']).optional(),
  /** Variable sets, paths relative to `scim.yaml`; the last one counts. */
  variables: z
    .union([text, z.array(text)], { error: 'must be the path of a variable set, or a list of them' })
    .transform((files) => (typeof files === 'string' ? [files] : files))
    .optional(),
  /** Whether it is the real thing; absent: as its name says. */
  production: z.boolean().optional(),
  /** Whether a person is asked before a request. */
  confirm: z.enum(['always', 'writes', 'never']).optional(),
  /** Nothing is ever written. */
  readOnly: z.boolean().optional(),
  /** Filters; resources that match one are not written to. */
  protected: z.array(filter).optional(),
});

/** What is known about a variable beside its value. */
const declaration = z.strictObject({
  purpose: z.string().optional(),
  format: z.enum(['url', 'token', 'duration', 'text']).optional(),
  secret: z.boolean().optional(),
  rotated: date().optional(),
  expires: date().optional(),
});

function date() {
  return z.string().regex(/^\d{4}-\d{2}-\d{2}/, 'must be a date such as 2027-01-31');
}

const workspace = z.strictObject({
  default: z.string().optional(),
  variables: z.record(z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of a variable'), declaration).optional(),
  tenants: z.record(z.string().regex(/^[\w.-]+$/, 'must consist of letters, digits, ".", "_" and "-"'), tenant),
});

export type TenantEntry = z.output<typeof tenant>;

export interface WorkspaceFile {
  readonly path: string;
  readonly defaultTenant: string | undefined;
  /** What is said about variables, by name. */
  readonly variables: ReadonlyMap<string, Annotations>;
  readonly tenants: ReadonlyMap<string, TenantEntry>;
  /** One-based line of a key, for messages; the nearest parent's when the key is absent. */
  lineOf(path: readonly string[]): number;
}

function zeroBased(position: { line: number; col: number }): Position {
  return { line: position.line - 1, character: position.col - 1 };
}

function unknownKeys(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `\`${key}\` is not a key here`).join(', ') : '';
}

/**
 * The contents of the `scim.yaml` at PATH.
 *
 * @throws ConfigurationError `config.file` that lists every problem with its line
 */
export async function readWorkspaceFile(path: string): Promise<WorkspaceFile> {
  const source = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigurationError('config.file', `${path} cannot be read`, { file: path, cause: error });
  });
  const { LineCounter, isNode, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) {
    const place = lines.linePos(broken.pos[0]);
    // The parser's own message may quote the text around the place, and a secret may stand there: only its code is told.
    throw new ConfigurationError('config.file', `${path}:${place.line}:${place.col}: not valid YAML (${broken.code})`, {
      file: path,
      position: zeroBased(place),
      remedy: 'correct the YAML syntax at this place',
    });
  }
  const placeOf = (keys: readonly PropertyKey[]) => {
    for (let length = keys.length; length > 0; length--) {
      const node: unknown = document.getIn(keys.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]);
    }
    return { line: 1, col: 1 };
  };
  const parsed = workspace.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (!parsed.success) {
    const told = parsed.error.issues.map((issue) => {
      const place = placeOf(issue.path);
      const where = issue.path.map(String).join('.');
      return `${path}:${place.line}:${place.col}: ${where === '' ? '' : `${where}: `}${unknownKeys(issue) || issue.message}`;
    });
    const first = parsed.error.issues[0];
    throw new ConfigurationError('config.file', told.join('\n'), {
      file: path,
      position: zeroBased(placeOf(first?.path ?? [])),
      remedy: 'correct scim.yaml',
    });
  }
  return {
    path,
    defaultTenant: parsed.data.default,
    variables: new Map(
      Object.entries(parsed.data.variables ?? {}).map(([name, said]) => [name, annotationsFrom(said)]),
    ),
    tenants: new Map(Object.entries(parsed.data.tenants)),
    lineOf: (keys) => placeOf(keys).line,
  };
}
