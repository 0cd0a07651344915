/** What can stand in `?? subject operator value` and in `@name = part`. */
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { answerPaths, subAttributesOf } from './answers.js';
import { completeFilterAt } from './complete-target.js';
import { type Cursor, namedBefore } from './cursor.js';
import { destinationOf } from './destination.js';
import type { Edited, Offer, Span } from './model.js';
import { operatorNames, statusTexts } from './names.js';

/** What can stand at CURSOR on a line with an assertion or a capture. */
export function completeCheck(edited: Edited, cursor: Cursor): Offer[] {
  const [lead] = (cursor.kind === 'capture' ? /^@\s*[^\s=]+\s*=\s*/ : /^\?\?\s*/).exec(cursor.before) ?? [];
  if (lead === undefined) return [];
  const tokens = tokensOf(cursor.before.slice(lead.length));
  const typed = tokens.at(-1) ?? '';
  if (tokens.length === 1) return completeSubject(edited, cursor, typed);
  if (cursor.kind === 'capture') return [];
  const span = { start: cursor.offset - typed.length, end: cursor.offset };
  if (tokens.length === 2) {
    return operatorNames.map(({ name, text }) => ({
      ...span,
      kind: 'value',
      label: name,
      insert: name === 'exists' || name === 'absent' || /^\s/.test(cursor.after) ? name : `${name} `,
      description: text,
      detail: text,
    }));
  }
  const [subject = '', operator = ''] = tokens;
  if (tokens.length > 3 || operator === 'exists' || operator === 'absent' || operator === 'matches') return [];
  return valuesFor(edited, cursor, subject, span);
}

/** TEXT cut at white space outside of strings and brackets; the last token is what is being typed, maybe nothing. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [''];
  let depth = 0;
  let quoted = false;
  for (let offset = 0; offset < text.length; offset++) {
    const char = text.charAt(offset);
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === '[') depth++;
    else if (!quoted && char === ']') depth--;
    if (!quoted && depth <= 0 && /\s/.test(char)) {
      if (tokens.at(-1) !== '') tokens.push('');
    } else tokens.push((tokens.pop() ?? '') + char);
  }
  return tokens;
}

function completeSubject(edited: Edited, cursor: Cursor, typed: string): Offer[] {
  const open = openBracket(typed);
  if (open !== -1) return completeSelection(edited, cursor, typed, open);
  const [rest = ''] = /^[\w.:$-]*/.exec(cursor.after) ?? [];
  const span = { start: cursor.offset - typed.length, end: cursor.offset + rest.length };
  const others = namedBefore(edited.file, cursor.request);
  const other = others.find(({ name }) => typed.startsWith(`${name}.`));
  const head = other === undefined ? '' : `${other.name}.`;
  const paths = answerPaths(edited, other ?? cursor.request, typed.slice(head.length));
  return [
    ...paths.map(({ path, detail, description }): Offer => {
      return { ...span, kind: 'value', label: head + path, insert: head + path, detail, description };
    }),
    ...(head === '' && !/^body[.[]/.test(typed)
      ? others.map(({ name, method, target }): Offer => {
          const label = `${name}.body`;
          return { ...span, kind: 'value', label, insert: label, detail: `${method} ${target}` };
        })
      : []),
  ];
}

/** Offset of the bracket that is open at the end of PATH; -1 when none is. */
function openBracket(path: string): number {
  let open = -1;
  let quoted = false;
  for (let offset = 0; offset < path.length; offset++) {
    if (path[offset] === '"') quoted = !quoted;
    else if (!quoted && path[offset] === '[') open = offset;
    else if (!quoted && path[offset] === ']') open = -1;
  }
  return open;
}

/** What can stand at CURSOR inside the brackets that open at OPEN of TYPED. */
function completeSelection(edited: Edited, cursor: Cursor, typed: string, open: number): Offer[] {
  const filter = typed.slice(open + 1);
  const path = typed.slice(0, open).replace(/\[[^\]]*\]/g, '');
  const type = cursor.request && destinationOf(edited, cursor.request)?.type;
  if (/^body\.Resources$/i.test(path)) return completeFilterAt(edited, cursor, filter, type);
  const name = path.replace(/^body\.(?:Resources\.)?/i, '');
  const attribute = type?.lookup(name)?.attribute;
  return attribute === undefined ? [] : selectionOffers(attribute, filter, cursor);
}

function selectionOffers(attribute: AttributeDefinition, filter: string, cursor: Cursor): Offer[] {
  const [, name, operator, word = ''] =
    /(?:^|\s(?:and|or|not)\s+|\()(?:([\w$]+)\s+(?:([a-z]{2})\s+)?)?("?[\w$]*)$/i.exec(filter) ?? [];
  const span = { start: cursor.offset - word.length, end: cursor.offset };
  const offer = (label: string, insert: string, detail?: string): Offer => ({
    ...span,
    kind: 'value',
    label,
    insert,
    detail,
  });
  if (name === undefined) return subAttributesOf(attribute).map((sub) => offer(sub.name, `${sub.name} `, sub.type));
  if (operator === undefined) {
    return ['eq', 'ne', 'co', 'sw', 'ew', 'pr'].map((each) => offer(each, each === 'pr' ? each : `${each} `));
  }
  const sub = subAttributesOf(attribute).find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (sub?.type === 'boolean') return ['true', 'false'].map((each) => offer(each, each));
  return (sub?.canonicalValues ?? []).map((each) => offer(JSON.stringify(each), JSON.stringify(each)));
}

/** Values that SUBJECT may be compared with. */
function valuesFor(edited: Edited, cursor: Cursor, subject: string, span: Span): Offer[] {
  const offer = (label: string, detail?: string): Offer => ({ ...span, kind: 'value', label, insert: label, detail });
  if (/(?:^|\.)status$/.test(subject) && !subject.includes('body')) {
    return statusTexts.map(({ name, text }) => offer(name, text));
  }
  if (/(?:^|\.)list\.completeness$/.test(subject))
    return ['"complete"', '"partial"', '"unknown"'].map((each) => offer(each));
  if (/(?:^|\.)contentType$/.test(subject)) return [offer('"application/scim+json"')];
  const type = cursor.request && destinationOf(edited, cursor.request)?.type;
  const path = subject.replace(/\[[^\]]*\]/g, '').replace(/^body\.(?:Resources\.)?/i, '');
  const resolved = type?.lookup(path);
  const attribute = resolved?.sub ?? resolved?.attribute;
  const own =
    attribute?.type === 'boolean'
      ? ['true', 'false']
      : (attribute?.canonicalValues ?? []).map((each) => JSON.stringify(each));
  const variables = edited.variables.map(({ name, value, origin }) => offer(`"{{${name}}}"`, value ?? origin));
  return [...own.map((each) => offer(each)), ...variables];
}
