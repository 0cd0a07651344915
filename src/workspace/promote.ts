/** The settings of one tenant carried over to another one in `scim.yaml`: without secrets, and without what is its own. */

import { withValue } from '../config/yaml-edit.js';
import { UsageError } from '../scim/error.js';
import { fileDigest } from './fingerprint.js';
import { referencesOf } from './inventory-keys.js';
import { describeTenant, plainKeys, SecretValues, VariableUses } from './snapshot.js';
import type { Workspace } from './workspace.js';

/** What is not carried over, and why. */
interface Kept {
  readonly key: string;
  readonly reason: 'secret' | 'own' | 'only';
  readonly message: string;
}

/** What would be carried over. */
export interface Promotion {
  /** Keys of the target that change. */
  readonly carried: readonly string[];
  readonly kept: readonly Kept[];
  /** Variables of the sets of the one that those of the other do not define. */
  readonly missing: readonly string[];
  /** `scim.yaml` as it would be. */
  readonly text: string;
  /** Stands for the text that was read and the one that would be written. */
  readonly digest: string;
}

/**
 * Keys that say which service it is, who asks, and how careful one has to be there. What is right for one tenant is
 * wrong for the other one: with the URL of staging, production would be provisioned into staging.
 */
const own = /^(extends|baseUrl|variables|production|confirm|readOnly|protected|proxy|auth|tls)(\.|$)/;

/** Parts of `auth` that belong to the dialect and not to the tenant, as long as both have the same scheme. */
const dialect = /^auth\.(method|algorithm|scope|header)$/;

/** What makes a tenant what it is: never carried over, also when it is named. */
const structure = /^(extends|auth\.scheme)$/;

/** One setting of the tenant that is carried over from. */
interface Setting {
  readonly name: string;
  readonly keys: readonly string[];
  readonly value: unknown;
  readonly written: string;
  readonly isSecret: boolean;
}

/**
 * What carrying the settings of tenant FROM over to tenant TO would do to TEXT, the `scim.yaml` of WORKSPACE; KEYS: only
 * these, of which those that belong to a tenant are carried over only when they are named.
 *
 * @throws ConfigurationError when there is no such tenant; UsageError when KEYS names what FROM does not have
 */
export function planPromotion(
  workspace: Workspace,
  text: string,
  from: string,
  to: string,
  keys: readonly string[] | undefined,
): Promotion {
  if (from === to) throw new UsageError(`${from} cannot be promoted to itself`);
  const settings = settingsOf(workspace, from);
  const target = new Map(settingsOf(workspace, to).map((setting) => [setting.name, setting]));
  const isNamed = (name: string): boolean => keys?.some((key) => name === key || name.startsWith(`${key}.`)) ?? false;
  const unknown = keys?.find((key) => !settings.some(({ name }) => name === key || name.startsWith(`${key}.`)));
  if (unknown !== undefined) {
    throw new UsageError(`${from} has no setting ${unknown}`, { remedy: `see: env diff ${from} ${to}` });
  }
  const kept: Kept[] = [];
  const carried: Setting[] = [];
  for (const setting of settings) {
    const { name } = setting;
    const there = target.get(name);
    if (keys !== undefined && !isNamed(name)) continue;
    if (there !== undefined && there.written === setting.written && !setting.isSecret) continue;
    const reason = reasonToKeep(setting, { workspace, from, to, isNamed: isNamed(name) });
    if (reason) kept.push({ key: name, ...reason });
    else carried.push(setting);
  }
  const names = new Set(settings.map(({ name }) => name));
  for (const name of keys === undefined ? target.keys() : []) {
    if (names.has(name) || own.test(name)) continue;
    kept.push({ key: name, reason: 'only', message: `${to} alone has it, and keeps it` });
  }
  const written = carried.reduce((yaml, setting) => edited(yaml, to, setting), text);
  return {
    carried: carried.map(({ name }) => name),
    kept,
    missing: missingVariables(workspace, from, to),
    text: written,
    digest: fileDigest(JSON.stringify([from, to, text, written])),
  };
}

interface Circumstances {
  readonly workspace: Workspace;
  readonly from: string;
  readonly to: string;
  readonly isNamed: boolean;
}

function reasonToKeep(
  setting: Setting,
  { workspace, from, to, isNamed }: Circumstances,
): Omit<Kept, 'key'> | undefined {
  const { name, isSecret } = setting;
  if (isSecret) return { reason: 'secret', message: `is a secret, or refers to one: ${to} has to have its own` };
  if (structure.test(name)) return { reason: 'own', message: `makes ${to} what it is: change it by hand` };
  const isDialect = dialect.test(name) && schemeOf(workspace, from) === schemeOf(workspace, to);
  if (own.test(name) && !isDialect && !isNamed)
    return { reason: 'own', message: `belongs to ${to}, which keeps its own` };
  // `auth` and `tls` are inherited as a whole: a part of them alone would hide the rest.
  const [top] = name.split('.');
  if (top !== 'auth' && top !== 'tls') return undefined;
  const definer = workspace.written(to).definerOf(top);
  if (definer === to && workspace.written(to).entry[top] !== undefined) return undefined;
  return { reason: 'own', message: `${to} has no ${top} of its own: change that of ${definer}` };
}

function schemeOf(workspace: Workspace, tenant: string): string | undefined {
  return workspace.written(tenant).entry.auth?.scheme;
}

/** All settings of TENANT, with those that it inherits. */
function settingsOf(workspace: Workspace, tenant: string): Setting[] {
  const { entry, context } = workspace.written(tenant);
  const uses = new VariableUses(workspace);
  const secrets = new SecretValues();
  const items = new Map(describeTenant(workspace, tenant, secrets, false).map((item) => [item.name, item]));
  const references = referencesOf(entry).map(({ keys, reference, role }): Setting => {
    const variable = /^env:(\w+)$/.exec(reference)?.[1];
    const annotations = variable === undefined ? {} : (context.set.find(variable)?.variable.annotations ?? {});
    // What comes out of a store of secrets is one, whatever the key is called.
    const isStored =
      /^(auth-source|cmd):/.test(items.get(keys.join('.'))?.source ?? '') || /^(auth-source|cmd):/.test(reference);
    const isSecret = role.secret || isStored || (variable !== undefined && uses.isSecret(variable, annotations));
    return { name: keys.join('.'), keys, value: reference, written: reference, isSecret };
  });
  const known = new Set(references.map(({ name }) => name));
  const plain = plainKeys(entry).map(({ keys, value, written }): Setting => {
    return { name: keys.join('.'), keys, value, written, isSecret: false };
  });
  return [...references, ...plain.filter(({ name }) => !known.has(name))].map((setting) => {
    return { ...setting, isSecret: setting.isSecret || secrets.within(setting.written) };
  });
}

function edited(text: string, to: string, { name, keys, value }: Setting): string {
  const changed = withValue(text, { path: ['tenants', to, ...keys], value });
  if (changed !== undefined) return changed;
  throw new UsageError(`${name} of ${to} cannot be set in scim.yaml`, { remedy: 'edit it by hand' });
}

/** Names with the tenant's own name in them are meant for it alone: the other one has its own. */
function missingVariables(workspace: Workspace, from: string, to: string): string[] {
  const own = from.toUpperCase().replace(/\W/g, '_');
  const there = workspace.written(to).context.set;
  return workspace
    .written(from)
    .context.set.variables.map(({ variable }) => variable.name)
    .filter((name) => there.find(name) === undefined && !name.toUpperCase().includes(own));
}
