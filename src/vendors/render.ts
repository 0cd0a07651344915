/** A profile as Markdown, to be read by people. */

import type { Fact } from './fact.js';
import { flagsOf, type VendorProfile } from './profile.js';

/** PROFILE: what its vendor's documents give, with sources; then which flags are the RFC's for want of any. */
export function renderProfile(profile: VendorProfile): string {
  const all = [...flagsOf(profile.facts)];
  const known = all.filter(({ fact }) => fact.assumed !== true);
  const assumed = all.filter(({ fact }) => fact.assumed === true);
  const sections = [
    `# ${profile.title}`,
    `\`vendor: ${profile.name}\`${aliases(profile)} (${profile.roles.join(' and ')})`,
    [
      '| flag | value | source |',
      '|---|---|---|',
      ...known.map(({ section, flag, fact }) => row(section, flag, fact)),
    ].join('\n'),
    profile.notes.map((note) => `- ${note.value} (${sourceOf(note)})`).join('\n'),
    assumed.length === 0
      ? ''
      : `Not known, so as RFC 7644 has it: ${assumed.map(({ section, flag }) => `${section}.${flag}`).join(', ')}.`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function aliases({ aliases: others }: VendorProfile): string {
  return others.length === 0 ? '' : `, also ${others.join(', ')}`;
}

function row(section: string, flag: string, fact: Fact<unknown>): string {
  const note = fact.note === undefined ? '' : `<br>${cell(fact.note)}`;
  return `| ${section}.${flag} | \`${cell(JSON.stringify(fact.value))}\`${note} | ${cell(sourceOf(fact))} |`;
}

function sourceOf({ source, date, verified }: Fact<unknown>): string {
  return `${source}, ${date}${verified ? '' : '; unverified'}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
