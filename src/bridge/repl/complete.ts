/** Completion and the usage line. What cannot be asked of the service is simply not suggested. */

import { lookupByName } from '../../client/lookup.js';
import { completeFilter } from '../../document/filter/complete.js';
import {
  commandNamed,
  commands,
  listCommand,
  optionHelp,
  rawCommand,
  rawMethods,
  shortcutNamed,
  shortcuts,
  topics,
} from '../../document/repl/commands.js';
import { type Slot, slotAt } from '../../document/repl/cursor.js';
import { codePoints } from '../../document/repl/page.js';
import { isRawRequest } from '../../document/repl/parse.js';
import { looksLikeReference } from '../../document/repl/reference.js';
import type { ParamsOf, ResultOf, repl } from '../../protocol/index.js';
import { ScimError } from '../../scim/error.js';
import type { ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import type { TenantSettings } from '../../workspace/workspace.js';
import type { Session } from '../session.js';
import { typeNames } from './evaluate.js';
import type { ReplState } from './state.js';

type Answer = ResultOf<typeof repl.replComplete>;
type Item = Answer['items'][number];

/** Resources that are suggested. */
const maxResources = 30;

/** What is known of the service while somebody types. */
interface Service {
  readonly target: Awaited<ReturnType<Session['connect']>>['target'];
  readonly settings: TenantSettings;
  readonly registry: SchemaRegistry;
  readonly supportsFilter: boolean | undefined;
}

/** What can be typed at the place that PARAMS name, in the REPL with STATE. */
export async function completeInput(
  params: ParamsOf<typeof repl.replComplete>,
  session: Session,
  state: ReplState | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const { text } = params;
  const offset = utf16(text, params.offset);
  const service = await serviceOf(session, params.tenant, signal);
  const types = typeNames(service?.registry.resourceTypes ?? []);
  const slot = slotAt(text, offset, types);
  const found = await new Completer(session, state, service, types, signal).complete(slot, text, offset);
  const { start, end } = found;
  return { start: codePoints(text.slice(0, start)), end: codePoints(text.slice(0, end)), items: found.items };
}

async function serviceOf(
  session: Session,
  tenant: string | undefined,
  signal: AbortSignal,
): Promise<Service | undefined> {
  try {
    const { target, settings } = await session.connect(tenant);
    // A tenant that is asked about each time is not read from while somebody types.
    if (settings.safeguards.confirm === 'always') return undefined;
    const { registry, supports } = await target.discover({ signal });
    return { target, settings, registry, supportsFilter: supports('filter') };
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

function utf16(text: string, characters: number): number {
  let offset = 0;
  for (let left = characters; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly items: Item[];
}

class Completer {
  constructor(
    private readonly session: Session,
    private readonly state: ReplState | undefined,
    private readonly service: Service | undefined,
    private readonly types: readonly string[],
    private readonly signal: AbortSignal,
  ) {}

  async complete(slot: Slot, text: string, offset: number): Promise<Found> {
    const { start, end } = slot;
    switch (slot.kind) {
      case 'command':
        return { start, end, items: this.#commands() };
      case 'shortcut':
        return { start, end, items: shortcuts.map((each) => item(each.name, 'shortcut', each.summary)) };
      case 'reference':
        return { start, end, items: this.#references() };
      case 'variable':
        return { start, end, items: [...this.#variables(), ...this.#references()] };
      case 'address':
        return { start, end, items: this.#addresses() };
      case 'attribute':
        return { start, end, items: attributeItems(this.#typeOf(slot.type), false) };
      case 'filter':
        return this.#filter(slot, text, offset);
      case 'path':
        return { start, end, items: [...verbs, ...attributeItems(this.#typeIn(slot), true)] };
      case 'value':
        return { start, end, items: [...valueItems(this.#typeIn(slot), slot.path), ...this.#references()] };
      case 'argument':
        return { start, end, items: await this.#argument(slot, text.slice(start, offset)) };
      default:
        return { start, end, items: [] };
    }
  }

  #commands(): Item[] {
    const lists = this.types.map((type) => item(lowerFirst(type), 'type', `list ${type}`));
    return [
      ...lists,
      ...commands.map((each) => item(each.name, 'command', each.summary)),
      ...rawMethods.map((method) => item(method, 'command', 'raw request')),
      ...shortcuts.map((each) => item(`,${each.name}`, 'shortcut', each.summary)),
      ...this.#references(),
    ];
  }

  #references(): Item[] {
    return Array.from({ length: this.state?.results ?? 0 }, (_, index) =>
      item(`*${index + 1}`, 'reference', this.state?.describe(index + 1)),
    );
  }

  #variables(): Item[] {
    return [...(this.state?.variables.keys() ?? [])].map((name) => item(name, 'variable'));
  }

  #addresses(): Item[] {
    const own = ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', '/Me', '/Bulk', '/.search'];
    const endpoints = (this.service?.registry.resourceTypes ?? []).map(({ endpoint }) => endpoint);
    return [...endpoints, ...own].map((path) => item(path, 'value'));
  }

  #typeOf(name: string | undefined): ResourceType | undefined {
    return name === undefined ? undefined : this.service?.registry.find(name);
  }

  /** The type of the resource that is changed: as named, or as that of a result. */
  #typeIn({
    resource,
    type,
  }: {
    readonly resource: string;
    readonly type: string | undefined;
  }): ResourceType | undefined {
    if (type !== undefined) return this.#typeOf(type);
    return (
      this.#typeOf(looksLikeReference(resource) ? this.state?.typeOf(resource) : undefined) ?? this.#typeOf('User')
    );
  }

  #filter(slot: Extract<Slot, { kind: 'filter' }>, text: string, offset: number): Found {
    const { service } = this;
    const isFilter = slot.command?.arguments.includes('filter') === true;
    const suggestions =
      isFilter && service !== undefined
        ? completeFilter(text.slice(slot.start, slot.end), offset - slot.start, {
            resourceType: this.#typeOf(slot.type),
            profile: service.target.profile,
            declared: { filter: service.supportsFilter },
          })
        : [];
    const [first] = suggestions;
    const start = first === undefined ? slot.word.start : slot.start + first.start;
    const end = first === undefined ? slot.word.end : slot.start + first.end;
    const options = start === slot.word.start ? slot.options.map((name) => option(name)) : [];
    const items = suggestions
      .filter((each) => slot.start + each.start === start)
      .map((each): Item => ({ ...item(each.label, 'filter', each.detail), insert: each.insert }));
    return { start, end, items: [...items, ...options] };
  }

  async #argument(slot: Extract<Slot, { kind: 'argument' }>, typed: string): Promise<Item[]> {
    const { argument } = slot;
    switch (argument) {
      case 'type':
        return this.types.map((type) => item(type, 'type'));
      case 'resource':
        return this.#resources(slot.type, typed);
      case 'schema':
        return this.#schemas(typed);
      case 'tenant':
        return this.#tenants();
      case 'topic':
        return [
          ...[listCommand, ...commands].map((each) => item(each.name, 'command', each.summary)),
          ...shortcuts.map((each) => item(each.name, 'shortcut', each.summary)),
          ...Object.keys(topics).map((name) => item(name, 'value')),
        ];
      case 'variable':
        return this.#variables().map((each) => ({ ...each, insert: `${each.label}=` }));
      case 'reference':
        return this.#references();
      default:
        return [];
    }
  }

  async #resources(type: string | undefined, typed: string): Promise<Item[]> {
    if (typed.startsWith('*')) return this.#references();
    const [, head, rest = ''] = /^\/?([^/"\s]+)\/(.*)$/s.exec(typed) ?? [];
    const named = type ?? head;
    const isId = head !== undefined;
    const wanted = (isId ? rest : typed).replace(/^"|"$/g, '');
    const items = await this.#lookup(named, wanted, isId ? head : undefined, type !== undefined);
    if (isId || type !== undefined) return items;
    return [
      ...items,
      ...this.types.map((each) => ({ ...item(each, 'type'), insert: `${each}/` })),
      ...this.#references(),
    ];
  }

  /** Resources with a name like TEXT; HEAD is what stands before the slash of an address. */
  async #lookup(type: string | undefined, text: string, head: string | undefined, isNamed: boolean): Promise<Item[]> {
    const { service } = this;
    if (service === undefined || text.length > 200) return [];
    if (type !== undefined && service.registry.find(type) === undefined) return [];
    try {
      const types = type === undefined ? [] : [type];
      const found = await lookupByName(service.target, types, text, maxResources, { signal: this.signal });
      return found.map((each): Item => {
        const id = /[\s"]/.test(each.id) ? JSON.stringify(each.id) : each.id;
        const endpoint = head ?? this.#endpoint(each.type);
        const detail = [`${each.type} ${each.id}`, each.detail].filter((part) => part !== '').join('  ');
        const label = matchingName(each.name, each.detail, text);
        const insert = isNamed ? quoted(label) : `${endpoint}/${id}`;
        return { label: head === undefined ? label : `${head}/${label}`, insert, kind: 'resource', detail };
      });
    } catch (error) {
      if (error instanceof ScimError) return [];
      throw error;
    }
  }

  #endpoint(type: string): string {
    return this.service?.registry.find(type)?.endpoint.replace(/^\//, '') ?? type;
  }

  #schemas(typed: string): Item[] {
    const registry = this.service?.registry;
    if (registry === undefined) return [];
    const [head = '', ...path] = typed.split('.');
    const type = path.length === 0 || head.includes(':') ? undefined : registry.find(head);
    if (type === undefined) {
      return [
        ...registry.resourceTypes.map(({ name }) => item(name, 'type')),
        ...registry.schemas.map(({ id, name }) => item(id, 'value', name)),
      ];
    }
    const parents = path.slice(0, -1);
    let among: readonly AttributeDefinition[] = type.core.attributes;
    for (const name of parents) {
      among = among.find((each) => each.name.toLowerCase() === name.toLowerCase())?.subAttributes ?? [];
    }
    const prefix = [head, ...parents].join('.');
    return among.map((each) => item(`${prefix}.${each.name}`, 'attribute', typeText(each)));
  }

  async #tenants(): Promise<Item[]> {
    const workspace = await this.session.workspace();
    return workspace
      .inspect()
      .map(({ name, vendor, production }) => item(name, 'tenant', production ? `${vendor}, production` : vendor));
  }
}

const verbs: readonly Item[] = [
  item('add', 'option', 'add a value'),
  item('remove', 'option', 'remove values'),
  item('replace', 'option', 'replace a value'),
];

function item(label: string, kind: Item['kind'], detail?: string): Item {
  return { label, insert: label, kind, ...(detail === undefined || detail === '' ? {} : { detail }) };
}

function option(name: string): Item {
  return item(`${name}=`, 'option', optionHelp[name]);
}

function lowerFirst(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1);
}

/** That of the names of a resource which has TEXT in it. */
function matchingName(name: string, detail: string, text: string): string {
  const wanted = text.toLowerCase();
  const all = [name, ...detail.split(', ')];
  return (
    all.find((each) => each.toLowerCase().startsWith(wanted)) ??
    all.find((each) => each.toLowerCase().includes(wanted)) ??
    name
  );
}

function quoted(name: string): string {
  return /[\s"=*/[{]/.test(name) ? JSON.stringify(name) : name;
}

function typeText({ type, multiValued, mutability }: AttributeDefinition): string {
  const words = [multiValued ? `${type}[]` : type, mutability === 'readWrite' ? '' : mutability];
  return words.filter((word) => word !== '').join(', ');
}

/** The attributes of TYPE, for a change when ISWRITE. */
function attributeItems(type: ResourceType | undefined, isWrite: boolean): Item[] {
  if (type === undefined) return [];
  const own = type.attributes.flatMap((each) => withSubs(each, ''));
  const others = type.extensions.flatMap(({ schema }) =>
    schema.attributes.flatMap((each) => withSubs(each, `${schema.id}:`)),
  );
  return [...own, ...others]
    .filter(({ attribute }) => !isWrite || attribute.mutability !== 'readOnly')
    .map(({ path, attribute }) => item(path, 'attribute', typeText(attribute)));
}

function withSubs(attribute: AttributeDefinition, prefix: string): { path: string; attribute: AttributeDefinition }[] {
  const path = `${prefix}${attribute.name}`;
  const subs = attribute.subAttributes.map((sub) => ({ path: `${path}.${sub.name}`, attribute: sub }));
  return [{ path, attribute }, ...subs];
}

function valueItems(type: ResourceType | undefined, path: string): Item[] {
  const found = type?.lookup(path.replace(/\[[^\]]*\]/g, ''));
  const attribute = found?.sub ?? found?.attribute;
  if (attribute?.type === 'boolean') return [item('true', 'value'), item('false', 'value')];
  return (attribute?.canonicalValues ?? []).map((value) => item(JSON.stringify(value), 'value'));
}

/** The usage of what is typed at the place that PARAMS name; null when that is no command. */
export async function describeInput(
  params: ParamsOf<typeof repl.replDescribe>,
  session: Session,
  signal: AbortSignal,
): Promise<ResultOf<typeof repl.replDescribe>> {
  const { text } = params;
  const [word = ''] = /^\s*(\S*)/.exec(text)?.slice(1) ?? [];
  if (word === '') return null;
  if (word.startsWith(',')) {
    const info = shortcutNamed(word.slice(1));
    return info === undefined ? null : { command: word, usage: info.usage, note: info.summary };
  }
  if (isRawRequest(text)) return { command: word, usage: rawCommand.usage };
  const service = await serviceOf(session, params.tenant, signal);
  const types = typeNames(service?.registry.resourceTypes ?? []);
  const isType = types.some((type) => type.toLowerCase() === word.toLowerCase());
  const info = commandNamed(word) ?? (isType ? listCommand : undefined);
  if (info === undefined) return null;
  const slot = slotAt(text, utf16(text, params.offset), types);
  return { command: word, usage: info.usage, note: attributeNote(slot, text, service) ?? info.summary };
}

/** What is known of the attribute that SLOT of TEXT names. */
function attributeNote(slot: Slot, text: string, service: Service | undefined): string | undefined {
  if (service === undefined || !('type' in slot)) return undefined;
  const type = service.registry.find(slot.type ?? 'User');
  const span = slot.kind === 'filter' ? slot.word : slot;
  const name = slot.kind === 'value' ? slot.path : text.slice(span.start, span.end);
  const found = name === '' ? undefined : type?.lookup(name.replace(/\[[^\]]*\]/g, ''));
  const attribute = found?.sub ?? found?.attribute;
  if (attribute === undefined) return undefined;
  const told = attribute.description === '' ? '' : ` – ${attribute.description}`;
  return `${found?.canonicalPath}: ${typeText(attribute)}${attribute.required ? ', required' : ''}${told}`;
}
