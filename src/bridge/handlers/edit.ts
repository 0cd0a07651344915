/** scim/edit/…: resources as texts that people change. */

import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../client/payload.js';
import { changedPaths, summaryOf } from '../../document/edit/changes.js';
import { type Edited, objectOf, refuseIssues, type Service, serviceOf } from '../../document/edit/edited.js';
import { ExactNumbers } from '../../document/edit/numbers.js';
import { previewEdit } from '../../document/edit/preview.js';
import { protectedRangesOf } from '../../document/edit/protect.js';
import { readResource, saveEdited } from '../../document/edit/save.js';
import { copyTemplate, newTemplate } from '../../document/edit/template.js';
import { scimUri } from '../../document/scim-uri.js';
import * as edit from '../../protocol/edit.js';
import type { ParamsOf, ResultOf } from '../../protocol/index.js';
import { PayloadError, ScimError, UsageError } from '../../scim/error.js';
import { JsonText } from '../../scim/json-text.js';
import { isOfMembers } from '../../scim/schema/resource-type.js';
import { demandYes } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Call, Dispatcher } from '../dispatch.js';
import { resourceUri, savedView, textSender } from '../edit.js';
import { rememberBase } from '../payload-bases.js';
import type { Session } from '../session.js';
import { previewView } from '../views.js';

type Params = ParamsOf<typeof edit.saveEdit>;

/** Register the handlers. */
export function registerEdit(dispatcher: Dispatcher, session: Session, _notify: Notify): void {
  dispatcher.request(edit.openResource, (params, call) => open(session, params, call));
  dispatcher.request(edit.newResource, (params, call) => create(session, params, call));
  dispatcher.request(edit.editChanges, (params, call) => changes(session, params, call));
  dispatcher.request(edit.previewEdit, (params, call) => preview(session, params, call));
  dispatcher.request(edit.saveEdit, (params, call) => save(session, params, call));
}

interface Connected {
  readonly service: Service;
  readonly settings: Awaited<ReturnType<Session['connect']>>['settings'];
}

/** The service of the tenant and type that PARAMS name; ASKED is what a person may have to say yes to. */
async function connect(
  session: Session,
  params: Pick<Params, 'tenant' | 'type' | 'confirmed'>,
  { signal }: Call,
  asked?: { readonly method: string; readonly path: string },
): Promise<Connected> {
  const { target, settings } = await session.connect(params.tenant ?? undefined);
  if (asked !== undefined) demandYes(session, settings, params.confirmed, [asked]);
  const service = await serviceOf(target, params.type, { signal });
  return { service, settings };
}

async function received(session: Session, params: Params): Promise<Edited> {
  return {
    id: params.id ?? null,
    base: await session.texts.receive(params.base),
    text: await session.texts.receive(params.text),
    etag: params.etag ?? null,
    leftOut: params.leftOut ?? [],
  };
}

async function open(
  session: Session,
  params: ParamsOf<typeof edit.openResource>,
  call: Call,
): Promise<ResultOf<typeof edit.openResource>> {
  const asked = { method: 'GET', path: `/${params.type}/${params.id}` };
  const { service, settings } = await connect(session, params, call, asked);
  const { target, type } = service;
  const { id, text, title, etag, large } = await readResource(service, params.id, [], call);
  rememberBase(session, resourceUri(target.tenant, type.name, id), text);
  return {
    tenant: target.tenant,
    type: type.name,
    id,
    uri: resourceUri(target.tenant, type.name, id),
    title: title === '' ? id : title,
    text: await session.texts.send(text),
    etag,
    protected: protectedRangesOf(type, text),
    large: [...large],
    members: isOfMembers(type),
    readOnly: settings.safeguards.readOnly,
  };
}

async function create(
  session: Session,
  params: ParamsOf<typeof edit.newResource>,
  call: Call,
): Promise<ResultOf<typeof edit.newResource>> {
  const from = params.from == null ? undefined : await session.texts.receive(params.from);
  const { service, settings } = await connect(session, params, call, { method: 'GET', path: `/${params.type}` });
  const { target, type, profile } = service;
  const resource = from === undefined ? undefined : objectOf(JsonText.parse(from).value);
  if (from !== undefined && resource === undefined) throw new UsageError('A resource is written as a JSON object');
  const { text, cursor } = resource === undefined ? newTemplate(type, profile) : copyTemplate(type, resource);
  return {
    tenant: target.tenant,
    type: type.name,
    uri: scimUri({ tenant: target.tenant, kind: 'new', type: type.name }),
    title: 'new',
    text: await session.texts.send(text),
    protected: [],
    members: isOfMembers(type),
    cursor,
    readOnly: settings.safeguards.readOnly,
  };
}

async function changes(session: Session, params: Params, call: Call): Promise<ResultOf<typeof edit.editChanges>> {
  const { base, text, id } = await received(session, params);
  const { service } = await connect(session, params, call);
  const { target, type } = service;
  if (id !== null) rememberBase(session, resourceUri(target.tenant, type.name, id), base);
  const ranges = id === null ? [] : protectedRangesOf(type, text);
  try {
    const [before, after] = ExactNumbers.parse([id === null ? '{}' : base, text]).values.map(objectOf);
    if (before === undefined || after === undefined) return {};
    const paths = changedPaths(type, before, after);
    return { count: paths.length, summary: summaryOf(paths), protected: ranges };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    if (error instanceof ScimError) return { protected: ranges };
    throw error;
  }
}

async function preview(session: Session, params: Params, call: Call): Promise<ResultOf<typeof edit.previewEdit>> {
  const edited = await received(session, params);
  const { service, settings } = await connect(session, params, call);
  const name = `${service.type.name}${edited.id === null ? '' : ` ${edited.id}`}`;
  const { plan, diff, requests } = previewEdit(service, edited, name);
  const views = requests.map((request) => previewView(request, settings));
  const send = textSender(session.texts);
  const texts = [];
  for (const [index, { text }] of views.entries()) {
    texts.push({ method: requests[index]?.method ?? '', text: await send(text) });
  }
  return {
    count: plan.paths.length,
    summary: plan.summary,
    diff: await send(diff),
    requests: texts,
    curl: await send(views.map(({ curl }) => curl).join('\n\n')),
    warnings: [
      ...plan.warnings,
      ...(settings.safeguards.readOnly ? [`Tenant ${settings.name} is read-only: nothing will be sent`] : []),
    ],
    issues: plan.issues.map((issue) => ({
      severity: issue.severity,
      message: service.target.redactor.text(sentenceOf(issue)),
      ...(issue.position === undefined ? {} : { position: issue.position }),
    })),
    ...refusalOf(() => refuseIssues(plan, service.target.validation)),
  };
}

function refusalOf(check: () => void): { refusal?: string } {
  try {
    check();
    return {};
  } catch (error) {
    if (error instanceof PayloadError) return { refusal: error.message };
    throw error;
  }
}

async function save(session: Session, params: Params, call: Call): Promise<ResultOf<typeof edit.saveEdit>> {
  const edited = await received(session, params);
  const { id } = edited;
  const asked =
    id === null ? { method: 'POST', path: `/${params.type}` } : { method: 'PATCH', path: `/${params.type}/${id}` };
  const { service } = await connect(session, params, call, asked);
  const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  };
  const saved = await saveEdited(service, edited, call, pause);
  if (saved.outcome !== 'ambiguous') {
    rememberBase(session, resourceUri(service.target.tenant, service.type.name, saved.now.id), saved.now.text);
  }
  return savedView(service, saved, { base: edited.base, mine: edited.text, id }, textSender(session.texts));
}
