/** The entry of a tenant in `scim.yaml`, with comments, put into the file so that all the rest stays as it is. */

import { ConfigurationError, UsageError } from '../scim/error.js';
import { answerProblem, type Preset, placed } from './preset.js';

const header = `# The tenants of this workspace. Secrets stay elsewhere; here are only references to them:
# env:NAME, file:PATH, auth-source:HOST/USER, or cmd:COMMAND of a password manager.
`;

/**
 * The lines of the tenant NAME of PRESET with ANSWERS, from the name on, without a margin.
 *
 * @throws UsageError that names every answer that is missing or cannot be, without repeating it
 */
export async function tenantEntry(
  name: string,
  preset: Preset,
  answers: Readonly<Record<string, string>>,
): Promise<string[]> {
  const problems = preset.fields.flatMap((field) => answerProblem(field, answers[field.name] ?? '') ?? []);
  if (problems.length > 0) throw new UsageError(problems.join('\n'), { remedy: 'answer again' });
  const { stringify } = await import('yaml');
  const scalar = (value: string): string => stringify(filled(value, answers), { lineWidth: 0 }).trimEnd();
  const vendor = preset.fields.some((field) => field.name === 'vendor') ? '{vendor}' : preset.vendor;
  const auth = preset.auth.map(([key, value, comment]) => {
    return `    ${key}: ${scalar(value)}${comment === undefined ? '' : `  # ${comment}`}`;
  });
  return [
    `${name}:`,
    `  # ${preset.title}: ${preset.summary}`,
    ...(preset.name === 'mock' ? [`  # C-c C-c in ${name}.scim-mock starts it.`] : []),
    `  vendor: ${scalar(vendor)}`,
    `  baseUrl: ${scalar(preset.baseUrl)}`,
    '  auth:',
    ...auth,
    ...previousHint(preset),
    '  # confirm: writes  # ask before every write; so it is anyway when the name says production',
    '  # readOnly: true   # refuse every write',
  ];
}

/** How to rotate the credential of PRESET, for those that have one. */
function previousHint({ auth }: Preset): string[] {
  const secret = auth.find(([key, , comment]) => comment !== undefined && key !== 'scheme')?.[0];
  if (secret === undefined) return [];
  const previous = `previous${secret.charAt(0).toUpperCase()}${secret.slice(1)}`;
  return [`    # ${previous}: …  # while it is rotated, the old one beside it`];
}

function filled(template: string, answers: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, field: string) => placed(answers[field] ?? whole));
}

/**
 * TEXT, the content of `scim.yaml` or undefined when there is none, with ENTRY for the tenant NAME at the end of
 * `tenants`. A workspace that had one tenant, or none, keeps or gets a default one.
 *
 * @throws ConfigurationError when TEXT is broken, UsageError when there is a tenant NAME
 */
export async function withTenant(text: string | undefined, name: string, entry: readonly string[]): Promise<string> {
  if (text === undefined || text.trim() === '') return `${header}default: ${name}\ntenants:\n${indented(entry, 2)}`;
  const { isMap, isPair, isScalar, parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const root = document.contents;
  if (document.errors.length > 0 || (root !== null && !isMap(root))) {
    throw new ConfigurationError('config.file', 'scim.yaml is broken, so that nothing can be added to it', {
      remedy: 'correct it first',
    });
  }
  const pair = root?.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === 'tenants');
  const tenants = pair?.value;
  const known = isMap(tenants) ? tenants.items.map(({ key }) => (isScalar(key) ? String(key.value) : '')) : [];
  if (known.includes(name)) throw new UsageError(`There is a tenant ${name} already`, { remedy: 'use another name' });
  const [only, second] = known;
  const chosen = document.has('default') || second !== undefined ? undefined : (only ?? name);
  const lead = chosen === undefined ? '' : `default: ${chosen}\n`;
  if (pair === undefined || !isScalar(pair.key) || !pair.key.range) {
    return `${text.replace(/\n*$/, '\n')}${lead}tenants:\n${indented(entry, 2)}`;
  }
  const start = pair.key.range[0];
  const end = text.indexOf('\n', start);
  const line = end < 0 ? text.length : end;
  if (!isMap(tenants) || tenants.items.length === 0) {
    const after = text.slice(line).replace(/^\n/, '');
    return `${text.slice(0, start)}${lead}tenants:\n${indented(entry, 2)}${after}`;
  }
  if (tenants.flow === true || !tenants.range) {
    throw new ConfigurationError('config.file', 'tenants in scim.yaml stand in braces, so that none can be added', {
      remedy: 'write each tenant on lines of its own',
    });
  }
  const margin = columnOf(text, tenants.range[0]);
  const place = endOfLastLine(text, tenants.range[1]);
  const before = text.slice(0, place).replace(/\n*$/, '\n');
  const gap = known.length > 1 || /\n\n/.test(before.slice(start)) ? '\n' : '';
  return `${before.slice(0, start)}${lead}${before.slice(start)}${gap}${indented(entry, margin)}${text.slice(place)}`;
}

function indented(lines: readonly string[], margin: number): string {
  return lines.map((line) => `${' '.repeat(margin)}${line}\n`).join('');
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** The place after the line of TEXT on which the value that ends at OFFSET ends: a comment may stand behind it. */
function endOfLastLine(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
