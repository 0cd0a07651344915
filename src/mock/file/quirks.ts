/** `quirks:` of a mock file: what is wrong with it, and what can stand there. */

import type { SourcePlace, Suggestion } from '../../config/source.js';
import type { Problem } from '../../config/text.js';
import type { YamlText } from '../../config/yaml-text.js';
import { UsageError } from '../../scim/error.js';
import { type QuirkInfo, quirkCatalogue } from '../quirks/catalogue.js';
import { quirksFor } from '../quirks/index.js';
import { quirkSchemas } from '../quirks/values.js';
import type { MockFile } from './schema.js';

/** What is wrong with the quirks of FILE, which SOURCE holds. */
export function quirkProblems({ quirks = {} }: MockFile, source: YamlText): Problem[] {
  return Object.entries(quirks).flatMap(([name, value]): Problem[] => {
    try {
      quirksFor(undefined, { [name]: value });
      return [];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const path = ['quirks', name];
      const range = quirkSchemas().has(name) ? source.valueRange(path) : source.keyRange(path);
      return [{ range, message: error.message, severity: 'error' }];
    }
  });
}

/** The source of names and values below `quirks:`. */
export function suggestedQuirks({ role, path }: SourcePlace): readonly Suggestion[] {
  const [name] = path;
  if (role === 'key') return name === undefined ? quirkCatalogue().map(about) : [];
  return quirkCatalogue()
    .filter((quirk) => quirk.name === name)
    .flatMap(({ values }) => values.map((label) => ({ label })));
}

function about({ name, doc, kind, vendors }: QuirkInfo): Suggestion {
  const found = vendors.map((vendor) => `${vendor.name} (${JSON.stringify(vendor.value)})`);
  const where = found.length === 0 ? '' : `\n\nFound at ${found.join(', ')}.`;
  return { label: name, detail: kind, description: `${doc}.${where}` };
}
