/** References: `id`, `$uuid`, `create.etag`, `create.body.emails[type eq "work"].value`, and in assertions `body.id`. */
import { Complaint, suggestion } from './complaint.js';
import { generatedNames, listFields, type Reference, type ResponseField, scalarFields } from './model.js';
import { parseValuePath } from './value-path.js';

/** Names of variables, and of requests that can be referred to. */
export const namePattern = /^[\p{L}\p{N}_-]+$/u;

/** Request names that mean something else in a reference. */
export const reservedNames: readonly string[] = ['body', 'headers', 'last'];

/**
 * The reference that TEXT is inside `{{…}}`: a variable, a generated value, or part of the answer to another request.
 * @throws Complaint with an offset in TEXT
 */
export function parseTemplateReference(text: string): Reference {
  if (text.startsWith('$')) return generated(text);
  if (namePattern.test(text)) return { kind: 'variable', name: text };
  return otherResponse(text);
}

/**
 * The reference that TEXT is as an operand of an assertion or a capture: part of the answer at hand (`status`,
 * `body.id`), or of the answer to another request (`create.body.id`).
 * @throws Complaint with an offset in TEXT
 */
export function parseOperandReference(text: string): Reference {
  const own = parseField(text, 0);
  if (own !== undefined) return { kind: 'response', request: undefined, field: own };
  if (namePattern.test(text)) {
    const meant = suggestion(text, [...scalarFields, 'body', 'headers', 'list']);
    throw new Complaint(
      'request.syntax',
      `\`${text}\` is not a part of an answer${meant === undefined ? '' : `; is \`${meant}\` meant?`}`,
      0,
      `Write "${text}" for the text, or "{{${text}}}" for the variable.`,
    );
  }
  return otherResponse(text);
}

function generated(text: string): Reference {
  const name = generatedNames.find((known) => known === text);
  if (name !== undefined) return { kind: 'generated', name };
  throw new Complaint(
    'request.syntax',
    `\`${text}\` is not a generated value`,
    0,
    `There are ${generatedNames.join(', ')}.`,
  );
}

function otherResponse(text: string): Reference {
  const dot = text.indexOf('.');
  const request = dot === -1 ? text : text.slice(0, dot);
  if (dot === -1 || !namePattern.test(request)) {
    throw new Complaint(
      'request.syntax',
      text === '' ? 'The reference is empty' : `\`${text}\` is not a reference`,
      0,
      'Write a variable (id) or a part of an answer (create.etag, create.body.id); names are letters, digits, _ and -.',
    );
  }
  const field = parseField(text.slice(dot + 1), dot + 1);
  if (field === undefined) {
    throw new Complaint(
      'request.syntax',
      `\`${text.slice(dot + 1)}\` is not a part of an answer`,
      dot + 1,
      `There are ${scalarFields.join(', ')}, headers.NAME, body, body.PATH, ${listFields.map((f) => `list.${f}`).join(', ')}.`,
    );
  }
  return { kind: 'response', request, field };
}

/** The part of an answer that TEXT names, if it names one. BASE is added to the offset of complaints. */
function parseField(text: string, base: number): ResponseField | undefined {
  const scalar = scalarFields.find((name) => name === text);
  if (scalar !== undefined) return { kind: 'scalar', name: scalar };
  const list = listFields.find((name) => `list.${name}` === text);
  if (list !== undefined) return { kind: 'list', name: list };
  const header = /^headers\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/.exec(text)?.[1];
  if (header !== undefined) return { kind: 'header', name: header };
  if (text === 'body') return { kind: 'body', path: '' };
  if (!text.startsWith('body.') && !text.startsWith('body[')) return undefined;
  const path = text.slice(text.startsWith('body.') ? 5 : 4);
  checkPath(path, base + text.length - path.length);
  return { kind: 'body', path };
}

function checkPath(path: string, base: number): void {
  try {
    parseValuePath(path);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    throw new Complaint(error.code, error.message, base + error.offset, error.remedy);
  }
}
