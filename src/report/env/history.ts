/** Which sets were in force when, for people and for programs. */

import { printable } from '../printable.js';
import { type PlacedReport, ReportLines } from './lines.js';
import { markdownTable } from './markdown.js';

/** What was in force for a tenant at one run. */
export interface ReportedUse {
  readonly time: string;
  readonly command: string;
  readonly tenant: string;
  readonly mock?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly revision?: string | undefined;
  readonly files: readonly {
    readonly file: string;
    readonly digest: string;
    readonly uncommitted?: boolean | undefined;
  }[];
  readonly values: readonly {
    readonly key: string;
    readonly origin: string;
    readonly fingerprint?: string | undefined;
  }[];
  readonly user: string;
}

/** One use, and the one of the same tenant before it. */
export interface UseAndBefore {
  readonly use: ReportedUse;
  readonly before: ReportedUse | undefined;
}

/** USES for a person: what changed from one to the next; ROOT is the workspace, where the lines lead. */
export function historyText(uses: readonly UseAndBefore[], root: string, color: boolean): PlacedReport {
  const lines = new ReportLines(color);
  for (const { use, before } of uses) {
    const { time, command, tenant, mock, revision, user } = use;
    const where = mock === undefined ? '' : ` (mock ${mock})`;
    const commit = revision === undefined ? '' : `  ${revision.slice(0, 10)}`;
    lines.add(`${lines.paint('head', `${time}  ${tenant}${where}`)}  ${printable(`${command}${commit}  ${user}`)}`);
    for (const { text, file } of details(use, before)) {
      lines.add(`    ${printable(text)}`, file === undefined ? undefined : { file: `${root}/${file}`, line: 0 });
    }
  }
  if (uses.length === 0) lines.add('Nothing has been recorded.');
  return lines.report;
}

/** What is different from BEFORE; everything when there is none. */
function details(use: ReportedUse, before: ReportedUse | undefined): { text: string; file?: string }[] {
  const files = use.files.flatMap(({ file, digest, uncommitted }) => {
    const old = before?.files.find((each) => each.file === file)?.digest;
    if (old === digest) return [];
    const from = before === undefined ? '' : `: ${old ?? 'not there'} →`;
    return [{ text: `${file}${from} ${digest}${uncommitted === true ? ' (not committed)' : ''}`, file }];
  });
  const values = use.values.flatMap((value) => {
    const old = before?.values.find(({ key }) => key === value.key);
    // What was not looked up has not been seen to differ.
    const isUnseen = value.fingerprint === undefined && old?.origin === value.origin;
    if (isUnseen || (old && shown(old) === shown(value))) return [];
    return [{ text: `${value.key}: ${before ? `${old ? shown(old) : 'not there'} → ` : ''}${shown(value)}` }];
  });
  const gone = (before?.values ?? []).filter(({ key }) => !use.values.some((value) => value.key === key));
  const url =
    use.baseUrl === undefined || use.baseUrl === before?.baseUrl ? [] : [{ text: `base URL: ${use.baseUrl}` }];
  return [...url, ...files, ...values, ...gone.map((value) => ({ text: `${value.key}: ${shown(value)} → not there` }))];
}

function shown({ origin, fingerprint }: ReportedUse['values'][number]): string {
  return fingerprint === undefined ? origin : `${origin} [${fingerprint}]`;
}

/** USES as Markdown. */
export function historyMarkdown(uses: readonly ReportedUse[]): string {
  return markdownTable(
    ['Time', 'Tenant', 'Command', 'Revision', 'Sets', 'Fingerprints', 'User'],
    uses.map(({ time, tenant, command, revision, files, values, user }) => [
      time,
      tenant,
      command,
      revision?.slice(0, 10) ?? '',
      files
        .map(({ file, digest, uncommitted }) => `${file} ${digest}${uncommitted === true ? ' (not committed)' : ''}`)
        .join(', '),
      values.flatMap(({ key, fingerprint }) => (fingerprint === undefined ? [] : [`${key} ${fingerprint}`])).join(', '),
      user,
    ]),
  );
}
