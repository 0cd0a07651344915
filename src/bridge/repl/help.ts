/** `,help`. */

import {
  type CommandInfo,
  commandNamed,
  commands,
  listCommand,
  optionHelp,
  rawCommand,
  shortcutNamed,
  shortcuts,
  topics,
} from '../../document/repl/commands.js';
import type { Page } from '../../document/repl/page.js';
import { ReplProblem, type Span } from '../../document/repl/problem.js';
import { addTable } from '../../document/repl/table-page.js';
import { closest } from '../../scim/schema/suggest.js';

/** Append what there is to know about TOPIC, at SPAN of the input, or about everything when it is empty. */
export function addHelp(page: Page, topic: string, types: readonly string[], span: Span): void {
  if (topic === '') {
    addOverview(page);
    return;
  }
  const name = topic.replace(/^,/, '');
  const info = helpFor(name, topic.startsWith(','), types);
  if (info !== undefined) {
    addCommand(page, info.info, info.shown);
    return;
  }
  const lines = topics[name.toLowerCase()];
  if (lines === undefined) {
    const all = [...commands, ...shortcuts, listCommand].map((each) => each.name).concat(Object.keys(topics));
    const meant = closest(name, all);
    const hint = meant === undefined ? '' : `; is \`${meant}\` meant?`;
    throw new ReplProblem(`There is no help on \`${topic}\`${hint}`, span, ',help lists everything.');
  }
  for (const line of lines) page.line(line);
}

function helpFor(
  name: string,
  isShortcut: boolean,
  types: readonly string[],
): { info: CommandInfo; shown: string } | undefined {
  const command = isShortcut ? undefined : commandNamed(name);
  if (command !== undefined) return { info: command, shown: command.name };
  const shortcut = shortcutNamed(name);
  if (shortcut !== undefined) return { info: shortcut, shown: `,${shortcut.name}` };
  const isType = types.some((type) => type.toLowerCase() === name.toLowerCase());
  if (isType || /^(?:users|groups|list)$/i.test(name)) return { info: listCommand, shown: name.toLowerCase() };
  return /^(?:get|post|put|patch|delete|raw|http)$/i.test(name) ? { info: rawCommand, shown: 'GET' } : undefined;
}

function addOverview(page: Page): void {
  page.line('Commands', 'heading');
  addInfos(page, [listCommand, ...commands, rawCommand], '');
  page.line().line('Shortcuts', 'heading');
  addInfos(page, shortcuts, ',');
  page.line().line('More', 'heading');
  for (const topic of Object.keys(topics)) page.add('  ').input(`,help ${topic}`, `,help ${topic}`).line();
  page.line();
  for (const line of topics.references?.slice(0, 2) ?? []) page.line(line);
}

function addInfos(page: Page, infos: readonly CommandInfo[], prefix: string): void {
  addTable(
    page,
    ['', ''],
    infos.map(({ name, summary }) => [
      { text: `${prefix}${name}`, input: `,help ${prefix}${name === 'GET' ? 'raw' : name}` },
      { text: summary },
    ]),
    { wide: true },
  );
}

function addCommand(page: Page, info: CommandInfo, shown: string): void {
  page.add(shown, 'heading').line(` ${info.usage}`).line(info.summary);
  for (const line of info.details ?? []) page.line(line);
  for (const option of info.options ?? []) page.add(`  ${option}=`, 'key').line(` ${optionHelp[option] ?? ''}`);
  if (info.examples !== undefined) page.line('For example:', 'dimmed');
  for (const example of info.examples ?? []) page.line(`  ${example}`, 'string');
}
