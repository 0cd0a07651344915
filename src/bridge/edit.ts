/** What came of saving a resource, as Emacs shows it. */

import { shortName, type Verification } from '../document/edit/changes.js';
import type { Service } from '../document/edit/edited.js';
import type { MergeResult } from '../document/edit/merge3.js';
import type { Piece } from '../document/edit/piece.js';
import { protectedRangesOf } from '../document/edit/protect.js';
import type { Reading, Saved, Told } from '../document/edit/save.js';
import { scimUri } from '../document/scim-uri.js';
import { SourceText } from '../document/text.js';
import { inlineTextLimit } from '../protocol/common.js';
import type { edit, ResultOf, TextRef } from '../protocol/index.js';
import type { Redactor } from '../redact/redact.js';
import type { JsonValue } from '../scim/json.js';
import { errorView } from './errors.js';
import type { TextFiles } from './text-files.js';

type SavedView = ResultOf<typeof edit.saveEdit>;
type ConflictView = SavedView['conflicts'][number];

/** Texts for one message: those that do not fit into it together go by file. */
export function textSender(texts: TextFiles): (text: string) => Promise<TextRef> {
  let room = inlineTextLimit;
  return async (text) => {
    const limit = room;
    if (text.length <= room) room -= text.length;
    return texts.send(text, limit);
  };
}

/** SAVED, what came of the text MINE of a resource of SERVICE whose base was BASE. */
export async function savedView(
  service: Service,
  saved: Saved,
  { base, mine, id }: { readonly base: string; readonly mine: string; readonly id: string | null },
  send: (text: string) => Promise<TextRef>,
): Promise<SavedView> {
  if (saved.outcome === 'ambiguous') {
    const error = errorView(saved.error);
    return { ...blank(service, id), outcome: 'ambiguous', message: saved.error.message, error };
  }
  const { now } = saved;
  const common = { ...blank(service, now.id), title: now.title, etag: now.etag, large: [...now.large] };
  if (saved.outcome === 'saved' || saved.outcome === 'unchanged') {
    return {
      ...common,
      ...(await shown(service, now, saved.shown, send)),
      outcome: saved.outcome,
      ...told(service, saved.told, saved.outcome === 'unchanged'),
    };
  }
  const { merge } = saved;
  const versions = { base, mine, theirs: now.text };
  const error = saved.outcome === 'partial' ? { error: errorView(saved.error) } : {};
  return {
    ...common,
    ...(await shown(service, now, merge.text, send)),
    outcome: saved.outcome,
    message: saved.outcome === 'conflict' ? conflictMessage(merge) : partialMessage(saved),
    merged: [...merge.taken],
    conflicts: conflictViews(merge, versions),
    mine: await send(mine),
    ...error,
  };
}

function blank({ target, type }: Service, id: string | null) {
  const { tenant } = target;
  return {
    tenant,
    id,
    uri: id === null ? scimUri({ tenant, kind: 'new', type: type.name }) : resourceUri(tenant, type.name, id),
    title: '',
    etag: null,
    protected: [],
    large: [],
    took: [],
    failed: [],
    merged: [],
    warnings: [],
    conflicts: [],
  };
}

/** The URI of the resource ID of TYPE of TENANT. */
export function resourceUri(tenant: string, type: string, id: string): string {
  return scimUri({ tenant, kind: 'resource', type, id });
}

async function shown({ type }: Service, now: Reading, text: string, send: (text: string) => Promise<TextRef>) {
  return { base: await send(now.text), text: await send(text), protected: protectedRangesOf(type, text) };
}

function told({ target }: Service, { verification, merged, warnings, requests, isIdle }: Told, isUnchanged: boolean) {
  const { took, not, unseen } = verification;
  const failed = not.map((change) => ({ path: change.path, message: failureOf(change, target.redactor) }));
  const kept = merged.length === 0 ? [] : [`kept what others changed: ${names(merged)}`];
  const checked = took.length === 0 ? [] : [`read back: ${names(took)}`];
  const hidden = unseen.length === 0 ? [] : [`not shown by the service: ${names(unseen)}`];
  const count = requests === 1 ? '1 request' : `${requests} requests`;
  const head = isUnchanged
    ? `Nothing was sent${isIdle ? '' : ': the service has it so already'}`
    : failed.length === 0
      ? `Saved by ${count}`
      : `The service said that it was done, but ${failed.length === 1 ? 'a change' : `${failed.length} changes`} did not take effect: ${failed.map(({ message }) => message).join('; ')}`;
  const message = [head, ...checked, ...hidden, ...kept].join('; ');
  return { took: [...took], failed, merged: [...merged], warnings: [...warnings], message };
}

/** What became of a CHANGE that did not take effect; secrets are masked. */
function failureOf({ path, kind, wanted, got }: Verification['not'][number], redactor: Redactor): string {
  const name = shortName(path);
  const value = (json: JsonValue): string => {
    const member = JSON.stringify({ [name]: json });
    return redactor
      .json(member)
      .slice(JSON.stringify(name).length + 2, -1)
      .slice(0, 200);
  };
  if (kind === 'lost') return `${name} is gone, which nobody asked for; it was ${value(wanted)}`;
  if (kind === 'ignored') return `${name} is as it was: ${value(got)}`;
  return `${name} became ${value(got)}, not ${value(wanted)}`;
}

function names(paths: readonly string[]): string {
  const shownPaths = paths.slice(0, 5).map(shortName).join(', ');
  return paths.length > 5 ? `${shownPaths} and ${paths.length - 5} more` : shownPaths;
}

function conflictMessage({ conflicts, taken }: MergeResult): string {
  const what = conflicts.length === 1 ? '1 attribute' : `${conflicts.length} attributes`;
  const kept = taken.length === 0 ? '' : `; merged: ${names(taken)}`;
  return `Nothing was sent: somebody else has changed ${what} that you change${kept}`;
}

function partialMessage(saved: Extract<Saved, { outcome: 'partial' }>): string {
  return `${saved.sent} of ${saved.of} requests were carried out, then: ${saved.error.message}`;
}

/** The conflicts of MERGE with their places in the merged text and in each of VERSIONS. */
function conflictViews(
  { text, conflicts }: MergeResult,
  versions: { readonly base: string; readonly mine: string; readonly theirs: string },
): ConflictView[] {
  const merged = new SourceText(text);
  const sources = {
    base: new SourceText(versions.base),
    mine: new SourceText(versions.mine),
    theirs: new SourceText(versions.theirs),
  };
  const place = (source: SourceText, piece: Piece | undefined) =>
    piece === undefined ? null : { start: source.positionAt(piece.start), end: source.positionAt(piece.end) };
  return conflicts.map(({ path, start, end, texts, base, mine, theirs }) => ({
    path,
    range: { start: merged.positionAt(start), end: merged.positionAt(end) },
    ...texts,
    places: {
      base: place(sources.base, base),
      mine: place(sources.mine, mine),
      theirs: place(sources.theirs, theirs),
    },
  }));
}
