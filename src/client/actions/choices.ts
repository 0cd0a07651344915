/** What a person can choose from: the actions for a type, the attributes that can be edited and their values. */

import { isSensitiveName } from '../../redact/sensitive.js';
import { holdsReferences, type ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import type { ProfileValues } from '../../vendors/index.js';
import type { Discovery } from '../types.js';
import type { Action } from './types.js';

export interface ActionChoice {
  readonly kind: Action['kind'];
  readonly label: string;
  readonly detail: string;
  /** What has to be asked for beside it. */
  readonly needs: 'nothing' | 'groups' | 'attribute' | 'operations';
}

export interface AttributeChoice {
  /** SCIM path. */
  readonly path: string;
  readonly detail: string;
  /** Operations that make sense for it. */
  readonly ops: readonly string[];
  /** Values to choose from; others may be possible. */
  readonly values: readonly string[];
  /** Must what is typed for it not be seen? */
  readonly secret: boolean;
}

/** The actions that the service of DISCOVERY and PROFILE has for resources of TYPE, the harmless ones first. */
export function actionChoices(type: ResourceType, { registry }: Discovery, profile: ProfileValues): ActionChoice[] {
  const { user, deleteEffect, reversible } = profile.deprovision;
  const isUser = type.name === 'User';
  const deletesOnly = isUser && user === 'delete';
  const choices: ActionChoice[] = [];
  if (type.attribute('active') !== undefined) {
    choices.push({ kind: 'activate', label: 'activate', detail: 'set active to true', needs: 'nothing' });
    if (!deletesOnly || deleteEffect === 'deactivated') {
      const detail = deletesOnly ? 'by DELETE, which deactivates at this service' : 'set active to false';
      choices.push({ kind: 'deactivate', label: 'deactivate', detail, needs: 'nothing' });
    }
  }
  const groups = registry.find('Group')?.attribute('members');
  if (groups !== undefined && profile.groups.supported && profile.update.group !== 'none') {
    const detail = 'one PATCH for many members';
    choices.push({ kind: 'addToGroups', label: 'add to groups', detail, needs: 'groups' });
    choices.push({ kind: 'removeFromGroups', label: 'remove from groups', detail, needs: 'groups' });
  }
  choices.push(
    { kind: 'edit', label: 'edit attribute', detail: 'set, add or remove a value', needs: 'attribute' },
    { kind: 'patch', label: 'patch', detail: 'a PATCH body of your own', needs: 'operations' },
  );
  if (!isUser || deleteEffect !== 'unsupported') {
    const effect = isUser && deleteEffect === 'deactivated' ? 'deactivates at this service; ' : '';
    const detail = `${effect}${isUser && reversible ? 'can' : 'cannot'} be taken back`;
    choices.push({ kind: 'delete', label: 'delete', detail, needs: 'nothing' });
  }
  return choices;
}

/** The attributes of TYPE that can be edited, sub-attributes of single values each by itself. */
export function attributeChoices(type: ResourceType): AttributeChoice[] {
  const core = type.attributes.flatMap((attribute) => choicesOf(attribute, ''));
  const extensions = type.extensions.flatMap(({ schema }) =>
    schema.attributes.flatMap((attribute) => choicesOf(attribute, `${schema.id}:`)),
  );
  return [...core, ...extensions];
}

function choicesOf(attribute: AttributeDefinition, prefix: string): AttributeChoice[] {
  if (attribute.mutability === 'readOnly' || attribute.name === 'schemas') return [];
  const own = choiceOf(attribute, `${prefix}${attribute.name}`);
  if (attribute.type !== 'complex' || attribute.multiValued) return [own];
  const subs = attribute.subAttributes.filter(({ mutability }) => mutability !== 'readOnly');
  return [own, ...subs.map((sub) => choiceOf(sub, `${prefix}${attribute.name}.${sub.name}`))];
}

function choiceOf(attribute: AttributeDefinition, path: string): AttributeChoice {
  const { type, multiValued, required, mutability, description, canonicalValues } = attribute;
  const kind = `${type}${multiValued ? ' list' : ''}`;
  const facts = [kind, ...(required ? ['required'] : []), ...(mutability === 'readWrite' ? [] : [mutability])];
  const first = /^[^.]*\.?/.exec(description)?.[0].replace(/\s+/g, ' ').trim() ?? '';
  return {
    path,
    detail: `${facts.join(', ')}${first === '' ? '' : ` — ${first}`}`,
    ops: ['replace', ...(multiValued || holdsReferences(attribute) ? ['add'] : []), ...(required ? [] : ['remove'])],
    values: type === 'boolean' ? ['true', 'false'] : multiValued && type === 'complex' ? [] : canonicalValues,
    secret: attribute.returned === 'never' || isSensitiveName(attribute.name),
  };
}
