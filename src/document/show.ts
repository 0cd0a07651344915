/** Values in messages and results: redacted by name and by value, compact. */
import { compact } from './check.js';
import { type ExactJson, isExactObject, parseExactJson, printExactJson } from './exact-json.js';

/** The part of a redactor that is needed here. */
export interface ValueRedactor {
  text(text: string): string;
  json(text: string): string;
}

/** VALUE without secrets, known to be the value of the attributes (or variables) NAMES. */
function redactValue(value: ExactJson, names: readonly string[], redactor: ValueRedactor): ExactJson {
  return names.reduce((inner, name) => redactMember(inner, name, redactor), redactMember(value, 'value', redactor));
}

/** The redactor goes by the names of members, so the value is made one. */
function redactMember(value: ExactJson, name: string, redactor: ValueRedactor): ExactJson {
  const original = printExactJson(value);
  const redacted = redactor.json(`{${JSON.stringify(name)}:${original}}`);
  try {
    const wrapped = parseExactJson(redacted);
    const inner = isExactObject(wrapped) ? Object.values(wrapped)[0] : undefined;
    return inner === undefined ? '***' : inner;
  } catch {
    return '***';
  }
}

/** VALUE as text for a person: a string without quotes, other values as JSON; redacted. */
export function shownText(value: ExactJson, names: readonly string[], redactor: ValueRedactor): string {
  const redacted = redactValue(value, names, redactor);
  return typeof redacted === 'string' ? redacted : printExactJson(redacted);
}

/** How assertions show values. */
export function showWith(redactor: ValueRedactor): (value: ExactJson | undefined, attribute: string) => string {
  return (value, attribute) => compact(value === undefined ? undefined : redactValue(value, [attribute], redactor));
}
