/** What can stand in `scim.yaml` where its schema alone does not tell: tenants, vendors, flags, variables, files. */

import { choicesOf, type Schema } from '../../config/shape.js';
import type { Source, SourcePlace, Sources, Suggestion } from '../../config/source.js';
import { flagSchemas } from '../../vendors/flags.js';
import { find, generic, names } from '../../vendors/index.js';
import { flagsOf } from '../../vendors/profile.js';
import { workspaceFiles } from '../inventory-files.js';
import { annotationKeys } from '../lint/declared.js';
import type { Subject } from '../lint/subject.js';
import { aboutVariable, suggestedReferences } from './references.js';

/** The sources that `workspaceSchema` names. */
export function yamlSources(subject: Subject): Sources {
  return {
    vendor: onlyValues(() => names().map(vendorSuggestion)),
    profile: suggestedFlags,
    reference: onlyValues(({ prefix }) => suggestedReferences(subject, prefix)),
    tenant: onlyValues(({ root }) =>
      tenantNames(root).map((label) => ({ label, description: `The tenant ${label}.` })),
    ),
    set: onlyValues(() => suggestedSets(subject)),
    declaration: (place) => suggestedDeclarations(place, subject),
  };
}

function onlyValues(source: Source): Source {
  return (place) => (place.role === 'value' ? source(place) : []);
}

function vendorSuggestion(label: string): Suggestion {
  const profile = find(label);
  return { label, description: profile && `${profile.title}.`, detail: profile?.aliases.join(', ') || undefined };
}

/** Below `profile:`: sections, then flags, then what a flag can be. */
function suggestedFlags({ role, path: [section, flag] }: SourcePlace): Suggestion[] {
  const sections: Readonly<Record<string, Readonly<Record<string, Schema>>>> = flagSchemas();
  if (role === 'key' && section === undefined) {
    return Object.entries(sections).map(([label, flags]) => {
      return { label, description: `Flags: ${Object.keys(flags).join(', ')}.` };
    });
  }
  const flags = Object.hasOwn(sections, String(section)) ? sections[String(section)] : undefined;
  if (flags === undefined) return [];
  if (role === 'key') {
    return flag === undefined ? Object.keys(flags).map((label) => aboutFlag(String(section), label)) : [];
  }
  const schema = Object.hasOwn(flags, String(flag)) ? flags[String(flag)] : undefined;
  return schema === undefined ? [] : choicesOf(schema).map((label) => ({ label }));
}

/** What the RFCs and vendors have for a flag. */
function aboutFlag(section: string, label: string): Suggestion {
  const factOf = (vendor: string) => {
    const profile = find(vendor) ?? generic;
    return [...flagsOf(profile.facts)].find((one) => one.section === section && one.flag === label)?.fact;
  };
  const known = names().flatMap((vendor) => {
    const fact = vendor === generic.name ? undefined : factOf(vendor);
    return fact === undefined || fact.assumed === true ? [] : [`${vendor} \`${JSON.stringify(fact.value)}\``];
  });
  const usual = `Otherwise \`${JSON.stringify(factOf(generic.name)?.value ?? null)}\``;
  return { label, description: known.length === 0 ? `${usual}.` : `${usual}; ${known.join(', ')}.` };
}

/** The tenants of ROOT, a file that may be half-written. */
function tenantNames(root: unknown): string[] {
  const tenants: unknown = typeof root === 'object' && root !== null ? Reflect.get(root, 'tenants') : undefined;
  return typeof tenants === 'object' && tenants !== null ? Object.keys(tenants) : [];
}

/** The variable sets below ROOT, whoever uses them. */
export function setFilesIn(root: string): string[] {
  return workspaceFiles(root, true).filter((file) => file.endsWith('.env'));
}

function suggestedSets({ options: { root } }: Subject): Suggestion[] {
  return setFilesIn(root).map((label) => ({ label, description: `The variables of ${label}.` }));
}

/** Below `variables:` at the top: names of variables, then what can be said about each. */
function suggestedDeclarations({ role, path: [name, key] }: SourcePlace, subject: Subject): Suggestion[] {
  if (name === undefined) return role === 'key' ? variableNames(subject).map((label) => variable(label, subject)) : [];
  const known = Object.entries(annotationKeys);
  if (role === 'key') return known.map(([label, { description }]) => ({ label, description }));
  if (key === 'secret') return [{ label: 'true' }, { label: 'false' }];
  return known.filter(([label]) => label === key).flatMap(([, { values }]) => values.map((label) => ({ label })));
}

function variable(label: string, subject: Subject): Suggestion {
  return { label, description: aboutVariable(label, subject) };
}

/** The variables that tenants need, and those of their sets. */
function variableNames({ tenants, sets, file }: Subject): string[] {
  const needed = tenants.flatMap(({ values }) => values.flatMap(({ resolved }) => resolved.origin.variable ?? []));
  const inSets = sets.flatMap(({ env }) => env.variables.map(({ name }) => name));
  return [...new Set([...(file?.variables.keys() ?? []), ...needed, ...inSets])];
}
