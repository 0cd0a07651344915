/** Texts with `{{references}}` in them. */
import { Complaint } from './complaint.js';
import type { ReferencePart, Template, TextPart } from './model.js';
import { parseTemplateReference } from './reference.js';

/**
 * The parts of TEXT, which starts at OFFSET in the file.
 * @param complain is told what is wrong with a reference, with an offset in the file
 */
export function parseTemplate(text: string, offset: number, complain: (complaint: Complaint) => void): Template {
  const parts: (TextPart | ReferencePart)[] = [];
  let done = 0;
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', done)) {
    if (open > done) parts.push({ kind: 'text', text: text.slice(done, open), offset: offset + done });
    const close = closingBraces(text, open + 2);
    if (close === -1) {
      complain(new Complaint('request.syntax', '`{{` is not closed on its line', offset + open, 'Add `}}`.'));
      done = open;
      break;
    }
    parts.push(referencePart(text.slice(open, close + 2), offset + open, complain));
    done = close + 2;
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done), offset: offset + done });
  return parts;
}

/** Offset of the `}}` that ends a reference whose inside starts at FROM; a string in it may hold braces. */
export function closingBraces(text: string, from: number): number {
  let inString = false;
  for (let offset = from; offset < text.length && text[offset] !== '\n'; offset++) {
    if (inString && text[offset] === '\\') offset++;
    else if (text[offset] === '"') inString = !inString;
    else if (!inString && text.startsWith('}}', offset)) return offset;
  }
  return -1;
}

function referencePart(source: string, offset: number, complain: (complaint: Complaint) => void): ReferencePart {
  const inside = source.slice(2, -2);
  const lead = 2 + inside.length - inside.trimStart().length;
  try {
    return { kind: 'reference', reference: parseTemplateReference(inside.trim()), source, offset };
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    complain(new Complaint(error.code, error.message, offset + lead + error.offset, error.remedy));
    // It has been complained about; something must stand in its place, or what is around it would look wrong as well.
    return { kind: 'reference', reference: { kind: 'generated', name: '$uuid' }, source, offset };
  }
}
