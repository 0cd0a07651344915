/** What is wrong with a payload, also while it is being typed. */

import type { Node } from 'jsonc-parser';
import type { Problem } from '../../config/text.js';
import { explainSyntaxErrors } from '../../scim/json-text.js';
import { attributeNotation, type Finding } from '../../scim/schema/finding.js';
import { resourceFindings } from '../../scim/schema/validate.js';
import { patchFindings } from '../../scim/schema/validate-patch.js';
import { bulkFindings } from './bulk.js';
import { changedFindings, isAboutReadOnly } from './changed.js';
import type { PayloadContext } from './context.js';
import { referenceProblems } from './reference-problems.js';
import { searchFindings } from './search.js';
import { rawOffset } from './strings.js';
import { headOf, nameOf, PayloadText, type Span, spanOf } from './text.js';

/** A problem by its offsets; see `Problem`. */
export interface PlacedProblem extends Span {
  readonly message: string;
  readonly severity: Problem['severity'];
}

/** A finding, perhaps about a part of a string only: by offsets in what the string says. */
export interface PlacedFinding extends Finding {
  readonly part?: Span | undefined;
}

/** More than these nobody reads. */
const maxProblems = 500;
const maxSyntaxErrors = 10;

/**
 * What is wrong with TEXT, in the order of the text: JSON first, then the rules of the schema and of the message. In a text
 * that is not JSON, nothing is said to be missing.
 */
export function diagnosePayload(text: string, context: PayloadContext): Problem[] {
  const payload = new PayloadText(text, context.encoding);
  return problemsIn(payload, context).map(({ start, end, message, severity }) => ({
    range: payload.lines.range(start, end),
    message,
    severity,
  }));
}

/** As `diagnosePayload`, by offsets. */
export function problemsIn(payload: PayloadText, context: PayloadContext): PlacedProblem[] {
  const syntax = syntaxProblems(payload);
  const found = [...syntax, ...duplicates(payload), ...(payload.root === undefined ? [] : known(payload, context))];
  const sorted = found.sort((a, b) => a.start - b.start || a.end - b.end);
  const problems = sorted.filter((problem, index) => !isSame(problem, sorted[index - 1]));
  const more = problems.length - maxProblems;
  const last = problems[maxProblems];
  if (last === undefined) return problems;
  return [...problems.slice(0, maxProblems), { ...last, message: `And ${more} more problems from here on` }];
}

function isSame(a: PlacedProblem, b: PlacedProblem | undefined): boolean {
  return b !== undefined && a.start === b.start && a.end === b.end && a.message === b.message;
}

function syntaxProblems({ text, errors, root }: PayloadText): PlacedProblem[] {
  if (text.trim() === '') {
    return [{ start: 0, end: 0, message: 'Expected a JSON value, but the text is empty', severity: 'error' }];
  }
  if (errors.length === 0 && root === undefined) {
    return [{ start: 0, end: 1, message: 'This is nested too deep to be looked at', severity: 'error' }];
  }
  const visible = text.trimEnd().length;
  return explainSyntaxErrors(text, errors, maxSyntaxErrors).map(({ message, offset, length }) => {
    // What is missing at the end is shown at the last thing that is there.
    const start = Math.min(offset, visible - 1);
    return { start, end: Math.max(start + 1, Math.min(offset + length, visible)), message, severity: 'error' as const };
  });
}

/** RFC 8259 §4: names of members that an object has more than once. */
function duplicates({ root }: PayloadText): PlacedProblem[] {
  const found: PlacedProblem[] = [];
  const open = root === undefined ? [] : [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const seen = new Set<string>();
    for (const child of node.children ?? []) {
      if (node.type === 'object') {
        const key = child.children?.[0];
        const name = nameOf(child);
        if (key !== undefined && seen.has(name)) found.push(duplicate(key, name));
        seen.add(name);
      }
      if (child.children !== undefined) open.push(child);
    }
  }
  return found;
}

function duplicate(key: Node, name: string): PlacedProblem {
  const message = `\`${name}\` is given more than once; only the last counts (RFC 8259 §4)`;
  return { ...spanOf(key), message, severity: 'error' };
}

function known(payload: PayloadText, context: PayloadContext): PlacedProblem[] {
  const findings = findingsIn(payload, context).filter(({ at }) => payload.isWhole || at !== 'missing');
  return [...findings.map((finding) => placed(finding, payload)), ...referenceProblems(payload, context)];
}

function findingsIn(payload: PayloadText, context: PayloadContext): PlacedFinding[] {
  const { kind, type, direction = 'create', base } = context;
  const { value } = payload;
  if (value === undefined) return [];
  if (kind === 'bulk') return bulkFindings(payload, value, context);
  if (kind === 'search') return searchFindings(value, context);
  if (type === undefined) return [];
  if (kind === 'patch') return patchFindings(type, value);
  const findings = resourceFindings(type, value, direction);
  if (base === undefined) return findings;
  // What was read and is sent back is no mistake; what was changed in it is.
  return [...findings.filter((finding) => !isAboutReadOnly(finding)), ...changedFindings(payload, base, context)];
}

/** FINDING where PAYLOAD has it; what is missing is shown at the object that lacks it. */
function placed(finding: PlacedFinding, payload: PayloadText): PlacedProblem {
  return { ...spanOfFinding(finding, payload), message: sentence(finding), severity: finding.severity };
}

function spanOfFinding({ path, at, part }: PlacedFinding, payload: PayloadText): Span {
  const wanted = at === 'missing' ? path.slice(0, -1) : path;
  for (let length = wanted.length; length > 0; length--) {
    const node = payload.find(wanted.slice(0, length));
    if (node === undefined) continue;
    const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
    if (at === 'key' && length === wanted.length && key !== undefined) return spanOf(key);
    const span = headOf(node);
    if (part === undefined || node.type !== 'string' || length !== wanted.length) return span;
    const raw = payload.text.slice(span.start, span.end);
    const end = span.start + rawOffset(raw, part.end);
    // What is missing at its end is shown at its last character.
    return { start: Math.min(span.start + rawOffset(raw, part.start), end - 1), end };
  }
  const { root } = payload;
  return root === undefined ? { start: 0, end: 0 } : headOf(root);
}

/** Words that a sentence of the checks begins with; others are names, whose case matters. */
const articles = /^(?:a|an|only|remove|this)\b/;
const verbs = /^(?:is|are|must|should|can|cannot|has no)\b/;

/** FINDING as a sentence of its own. */
function sentence({ path, message, rule }: Finding): string {
  const name = attributeNotation(path);
  const subject = name !== '' && verbs.test(message) ? `\`${name}\` ${message}` : message;
  const isName = !articles.test(subject);
  return `${isName ? subject : `${subject.charAt(0).toUpperCase()}${subject.slice(1)}`} (${rule})`;
}
