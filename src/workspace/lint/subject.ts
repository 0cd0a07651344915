/** What is looked at: `scim.yaml`, the sets that it names, and every value of every tenant. */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type EnvFile, type EnvVariable, parseEnvFile } from '../../config/env-file.js';
import {
  type ExternalValues,
  type ReferenceContext,
  type Resolved,
  resolveBytes,
  resolveReference,
} from '../../config/reference.js';
import type { Range } from '../../config/text.js';
import { type SetFile, VariableSet } from '../../config/variable-set.js';
import type { Path, YamlText } from '../../config/yaml-text.js';
import { ConfigurationError } from '../../scim/error.js';
import type { TenantEntry, WorkspaceFile } from '../file.js';
import type { Finding } from '../finding.js';
import { lineageOf } from '../inherit.js';
import { referencesOf, type WrittenReference } from '../inventory-keys.js';
import { shownPath } from '../inventory-source.js';
import { type ParsedWorkspaceFile, parseWorkspaceFile } from '../parse.js';
import { safeguardsOf, Workspace } from '../workspace.js';

/** What a workspace is checked with. */
export interface LintOptions {
  /** Directory of the workspace. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: Date;
  /** The text of the file at PATH, absolute, as an editor has it; undefined: as it is on the disk. */
  readonly unsaved?: ((path: string) => string | undefined) | undefined;
  /** Paths of sets that are looked at although no tenant may name them. */
  readonly alsoSets?: readonly string[] | undefined;
  /** What `auth-source:` and `cmd:` have given so far; nothing when absent. */
  readonly externals?: ExternalValues | undefined;
}

/** A finding, the tenants that it is about (all, when absent), and the range that its position begins. */
export interface Placed extends Finding {
  readonly tenants?: readonly string[] | undefined;
  readonly range?: Range | undefined;
}

/** A value that a tenant needs, and what it comes to. Holds secrets. */
export interface TenantValue extends WrittenReference {
  /** The tenant that the key stands at: the one that needs it, or one that it extends. */
  readonly definer: string;
  readonly resolved: Resolved;
  /** Where to look when it is wrong: in a set, or in `scim.yaml`. */
  readonly place: Place;
}

interface Place {
  readonly file: string | undefined;
  readonly range: Range | undefined;
}

/** A tenant with all that it needs. */
export interface SubjectTenant {
  readonly name: string;
  readonly entry: TenantEntry;
  /** Itself and those that it extends, the nearest first. */
  readonly lineage: readonly string[];
  readonly production: boolean;
  readonly context: ReferenceContext;
  readonly values: readonly TenantValue[];
}

/** A file of variables that tenants name. */
export interface SubjectSet {
  /** As messages name it. */
  readonly file: string;
  readonly path: string;
  readonly env: EnvFile;
  /** The tenants whose set it belongs to. */
  readonly tenants: readonly string[];
}

/** Everything that checks look at. */
export interface Subject {
  readonly options: LintOptions;
  /** undefined: there is no `scim.yaml`. */
  readonly parsed: ParsedWorkspaceFile | undefined;
  /** What it holds, when it can be read. */
  readonly file: WorkspaceFile | undefined;
  readonly source: YamlText | undefined;
  /** Those that do not extend what is not there. */
  readonly tenants: readonly SubjectTenant[];
  readonly sets: readonly SubjectSet[];
  /** Where the value, or with KEY the key, at PATH of `scim.yaml` stands. */
  place(path: Path, part?: 'key'): Place;
  /** Which files may run commands. */
  isTrusted(file: string): boolean;
}

/** The name of the file of tenants. */
export const yamlName = 'scim.yaml';

/** The text at PATH, as OPTIONS have it. */
export function textAt(path: string, { unsaved }: LintOptions): string | undefined {
  try {
    return unsaved?.(path) ?? readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Reads the workspace that OPTIONS name. Nothing that is wrong with it keeps the rest from being looked at. */
export async function subjectOf(options: LintOptions): Promise<Subject> {
  const { root, environment } = options;
  const path = join(root, yamlName);
  const text = textAt(path, options);
  const parsed = text === undefined ? undefined : parseWorkspaceFile(text, path);
  const loadSet = (files: readonly string[]) =>
    VariableSet.of(files.flatMap((file) => lenientSet(file, options) ?? []));
  const workspace =
    parsed?.file !== undefined
      ? Workspace.asOf(root, environment, parsed.file, loadSet)
      : parsed === undefined && !existsSync(path)
        ? await Workspace.load(root, environment)
        : undefined;
  const source = parsed?.source;
  const place = (at: Path, part?: 'key'): Place =>
    source === undefined
      ? { file: undefined, range: undefined }
      : { file: yamlName, range: part === 'key' ? source.keyRange(at) : source.valueRange(at) };
  const sets = setsOf(parsed?.file, options);
  const tenants = (workspace?.tenantNames ?? []).flatMap((name) =>
    workspace === undefined ? [] : (tenantOf(name, workspace, parsed?.file, sets, place, options) ?? []),
  );
  const isTrusted = (file: string): boolean => workspace?.trust.isTrusted(file) ?? false;
  return { options, parsed, file: parsed?.file, source, tenants, sets, place, isTrusted };
}

function tenantOf(
  name: string,
  workspace: Workspace,
  file: WorkspaceFile | undefined,
  sets: readonly SubjectSet[],
  place: Subject['place'],
  options: LintOptions,
): SubjectTenant | undefined {
  try {
    const written = workspace.written(name);
    const context = { ...written.context, ...(options.externals && { externals: options.externals }) };
    const values = referencesOf(written.entry).map((found): TenantValue => {
      const definer = written.definerOf(found.keys[0]);
      const resolved = (found.role.binary === true ? resolveBytes : resolveReference)(found.reference, context);
      const { set } = resolved.origin;
      const inSet = set && placeInSet(set.file, set.line, sets);
      return { ...found, definer, resolved, place: inSet ?? place(['tenants', definer, ...found.keys]) };
    });
    const lineage = file === undefined ? [name] : lineageOf(file.tenants, name);
    const { production } = safeguardsOf(name, written.entry);
    return { name, entry: written.entry, lineage, production, context, values };
  } catch (error) {
    // Told by the checks of `extends`.
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/** LINE, from 1, of the set FILE. */
function placeInSet(file: string, line: number, sets: readonly SubjectSet[]): Place | undefined {
  const set = sets.find((one) => one.file === file);
  const variable = set?.env.variables.find(({ nameRange }) => nameRange.start.line === line - 1);
  return variable && { file, range: whole(variable) };
}

/** From the name of VARIABLE to the end of its value. */
export function whole({ nameRange, valueRange }: EnvVariable): Range {
  return { start: nameRange.start, end: valueRange.end };
}

/** The set FILE without the lines that are not understood: these are told apart. */
function lenientSet(file: string, options: LintOptions): SetFile | undefined {
  const path = resolve(options.root, file);
  const text = textAt(path, options);
  if (text === undefined) return undefined;
  const broken = new Set(parseEnvFile(text).problems.map(({ range }) => range.start.line));
  const lines = text.split('\n').map((line, index) => (broken.has(index) ? '' : line));
  return { file: shownPath(path, options.root), path, text: lines.join('\n') };
}

/** The sets that FILE and OPTIONS name and that can be read. */
function setsOf(file: WorkspaceFile | undefined, options: LintOptions): SubjectSet[] {
  const tenantsOf = new Map<string, string[]>();
  for (const path of options.alsoSets ?? []) tenantsOf.set(path, []);
  for (const [name, tenant] of file?.tenants ?? []) {
    for (const set of file === undefined ? [] : setFiles(name, tenant, file)) {
      const path = resolve(options.root, set);
      tenantsOf.set(path, [...(tenantsOf.get(path) ?? []), name]);
    }
  }
  return [...tenantsOf].flatMap(([path, tenants]) => {
    const text = textAt(path, options);
    if (text === undefined) return [];
    return [{ file: shownPath(path, options.root), path, env: parseEnvFile(text), tenants }];
  });
}

/** The sets of tenant NAME, its own or inherited. */
function setFiles(name: string, tenant: TenantEntry, file: WorkspaceFile): readonly string[] {
  if (tenant.variables !== undefined) return tenant.variables;
  try {
    const ancestors = lineageOf(file.tenants, name).map((ancestor) => file.tenants.get(ancestor)?.variables);
    return ancestors.find((files) => files !== undefined) ?? [];
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

/** The value at KEYS of TENANT. */
export function valueAt(tenant: SubjectTenant, ...keys: readonly string[]): TenantValue | undefined {
  return tenant.values.find((value) => value.keys.join('.') === keys.join('.'));
}
