/** `scim.yaml`: read, checked against its schema, every problem with its line. */

import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ConfigurationError, type Position } from '../scim/error.js';
import { auth, text, tls } from './access-file.js';
import { profileOverrides, vendorName } from './vendor.js';

const duration = z
  .string()
  .regex(/^\d+(ms|s|m)$/, 'must be a duration such as 500ms, 30s or 2m')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : text.endsWith('m') ? 60_000 : 1000));

/** Keys of the file format that this version does not act on. To ignore a safeguard would be worse than to refuse it. */
const later = (key: string) =>
  z
    .never({ error: `\`${key}\` is not supported by this version, and a safeguard is not ignored: remove it` })
    .optional();

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
  variables: later('variables'),
  protected: later('protected'),
  confirm: later('confirm'),
});

const workspace = z.strictObject({
  default: z.string().optional(),
  tenants: z.record(z.string().regex(/^[\w.-]+$/, 'must consist of letters, digits, ".", "_" and "-"'), tenant),
});

export type TenantEntry = z.output<typeof tenant>;

export interface WorkspaceFile {
  readonly path: string;
  readonly defaultTenant: string | undefined;
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
    tenants: new Map(Object.entries(parsed.data.tenants)),
    lineOf: (keys) => placeOf(keys).line,
  };
}
