/** Which resource a person means. */

import { type Found, findExactly, forgetLookups, lookupByName } from '../../client/lookup.js';
import { candidateOf, namingPaths } from '../../client/lookup-names.js';
import type { Designator } from '../../document/repl/model.js';
import { ReplProblem } from '../../document/repl/problem.js';
import { addTable } from '../../document/repl/table-page.js';
import { scimUri } from '../../document/scim-uri.js';
import { foldCase } from '../../scim/fold.js';
import { isJsonObject, type JsonObject } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import type { Asked } from '../confirm.js';
import { asksAlways, demand, type Evaluation } from './evaluation.js';
import { identity } from './render.js';

export interface Meant {
  /** Name of the resource type, or its endpoint. */
  readonly type: string;
  readonly id: string;
}

/** How many resources with a name are told. */
const maxFound = 10;

/** What is going to be done with the resource at PATH. */
type Plan = (path: string) => readonly Asked[];

/**
 * The resource that WHAT means; PLAN says what is asked for then, so that the person can be asked first. To change
 * something (STRICT), its name must be exactly what was written.
 *
 * undefined when several have such a name: then they are on the page. Throws `ReplProblem` when none has.
 */
export async function resourceMeant(
  evaluation: Evaluation,
  what: Designator,
  command: string,
  plan: Plan,
  strict: boolean,
): Promise<Meant | undefined> {
  if (what.kind === 'id') return planned(evaluation, { type: what.type, id: what.id }, plan);
  if (what.kind === 'result') return planned(evaluation, await resultMeant(evaluation, what), plan);
  if (asksAlways(evaluation)) {
    const place = `/${what.type ?? '…'}`;
    demand(evaluation, [{ method: 'GET', path: place }, ...plan(`${place}/${JSON.stringify(what.name)}`)]);
  }
  const found = await named(evaluation, what, strict);
  if (found.length === 1 && found[0] !== undefined) return planned(evaluation, found[0], plan);
  addChoices(evaluation, found, what.name, command);
  return undefined;
}

function planned(evaluation: Evaluation, meant: Meant, plan: Plan): Meant {
  demand(evaluation, plan(`/${meant.type.replace(/^\//, '')}/${meant.id}`));
  return meant;
}

async function resultMeant(
  { state, settings, target, signal }: Evaluation,
  what: Extract<Designator, { kind: 'result' }>,
): Promise<Meant> {
  const { reference } = what;
  const value = state.result(reference);
  if (value.tenant !== settings.name) {
    const message = `\`${reference.text}\` came from the tenant ${value.tenant}, and this REPL talks to ${settings.name}`;
    throw new ReplProblem(message, what, `,tenant ${value.tenant} goes back; TYPE/ID names a resource here.`);
  }
  if (reference.path.length === 0 && value.resource !== undefined) return value.resource;
  const { registry } = await target.discover({ signal });
  const part = state.valueOf(reference);
  const found = identity(part, value.listType, registry);
  if (found !== undefined) return found;
  const remedy = value.isList
    ? `${reference.text}[0] is its first row.`
    : typeof part === 'string'
      ? `Of an id, write TYPE/{{${reference.text}}}.`
      : undefined;
  throw new ReplProblem(`\`${reference.text}\` is not a resource`, what, remedy);
}

/** The resources with the name that WHAT says: the one with exactly that name, or those with one like it. */
async function named(
  evaluation: Evaluation,
  what: Extract<Designator, { kind: 'name' }>,
  strict: boolean,
): Promise<Found[]> {
  const { target, signal } = evaluation;
  const types = what.type === undefined ? [] : [what.type];
  forgetLookups(target);
  const found = await lookupByName(target, types, what.name, maxFound, { signal });
  const [first] = found;
  if (first === undefined) {
    const among = what.type === undefined ? 'No resource' : `Nothing among ${what.type}`;
    throw new ReplProblem(`${among} has a name like \`${what.name}\``, what, 'TAB completes names while you type.');
  }
  if (found.length === 1 && !strict) return found;
  // Those with exactly this name come first; whether there are two of them the second shows.
  const { registry } = await target.discover({ signal });
  const read = async ({ type, id }: Found): Promise<JsonObject | undefined> => {
    const { json } = await target.get(type, id, {}, { signal });
    const known = registry.find(type);
    const isExact = isJsonObject(json) && known !== undefined && isCalled(json, what.name, namingPaths(known), type);
    return isExact ? json : undefined;
  };
  const resource = await read(first);
  if (resource === undefined) return refuseInexact(found, what, strict);
  const second = found[1];
  if (second !== undefined && (await read(second)) !== undefined) return found;
  return strict ? onlyOne(evaluation, what, first, resource) : [first];
}

/**
 * FIRST, RESOURCE, which is called what WHAT says, when no other one can be called so: a list of those with a name like it
 * is cut, and does not show them all. Else those who are.
 */
async function onlyOne(
  { target, signal }: Evaluation,
  what: Extract<Designator, { kind: 'name' }>,
  first: Found,
  resource: JsonObject,
): Promise<Found[]> {
  const types = what.type === undefined ? [] : [what.type];
  const { found, complete } = await findExactly(target, types, what.name, { signal });
  const others = found.filter(({ type, id }) => type !== first.type || id !== first.id);
  if (others.length > 0) return [first, ...others];
  // No two have the same user name or id, as long as only one type is meant.
  const isUnique = [getAttribute(resource, 'userName'), first.id].some(
    (each) => typeof each === 'string' && foldCase(each) === foldCase(what.name.trim()),
  );
  if (complete || isUnique) return [first];
  throw new ReplProblem(
    `Whether only ${first.type} ${first.id} is called \`${what.name}\` cannot be told: the service does not show all`,
    what,
    `Write ${first.type}/${first.id} if that is meant.`,
  );
}

function refuseInexact(found: Found[], what: Extract<Designator, { kind: 'name' }>, strict: boolean): Found[] {
  if (!strict || found.length > 1) return found;
  const only = found.map(({ type, id, name }) => `${type} ${id}, ${name}`).join('');
  throw new ReplProblem(
    `Nothing is called exactly \`${what.name}\`; there is ${only}`,
    what,
    'Name it exactly, or TYPE/ID.',
  );
}

function isCalled(json: JsonObject, name: string, paths: readonly string[], type: string): boolean {
  const wanted = foldCase(name.trim());
  const names = [
    ...(candidateOf(type, paths, json)?.names ?? []),
    getAttribute(json, 'externalId'),
    getAttribute(json, 'id'),
  ];
  return names.some((each) => typeof each === 'string' && foldCase(each) === wanted);
}

function addChoices({ page, settings }: Evaluation, found: readonly Found[], name: string, command: string): void {
  page.line(
    `${found.length === maxFound ? `${maxFound} or more` : found.length} resources have a name like \`${name}\`:`,
  );
  addTable(
    page,
    ['', 'resource', 'name', ''],
    found.map(({ type, id, name: called, detail }) => [
      { text: command, input: `${command} ${type}/${/[\s"]/.test(id) ? JSON.stringify(id) : id}` },
      { text: `${type}/${id}`, uri: scimUri({ tenant: settings.name, kind: 'resource', type, id }) },
      { text: called },
      { text: detail, look: 'dimmed' },
    ]),
  );
}
