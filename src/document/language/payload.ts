/** The body of a request as a JSON text of its own, with the way back to the file. */
import { Complaint } from '../complaint.js';
import { expandJson } from '../insert.js';
import type { ParsedRequest, ReferencePart } from '../model.js';
import type { MappedText } from '../source-map.js';
import { destinationOf, payloadKind, tolerantLookup } from './destination.js';
import type { Diagnosis, Edited, Offer, PayloadText, Span, Told } from './model.js';

/** A payload, where its characters come from, and what in it stands for values that are not known. */
interface Body {
  readonly payload: PayloadText;
  readonly mapped: MappedText;
  readonly unknown: readonly ReferencePart[];
}

function bodyOf(edited: Edited, request: ParsedRequest): Body | undefined {
  const destination = destinationOf(edited, request);
  const kind = destination && payloadKind(request.method, destination);
  if (request.body === undefined || destination === undefined || kind === undefined) return undefined;
  const unknown: ReferencePart[] = [];
  try {
    const mapped = expandJson(
      request.body,
      tolerantLookup(edited, request.index, (part) => unknown.push(part)),
    );
    return {
      payload: { text: mapped.text, kind, method: request.method, type: destination.type },
      mapped,
      unknown,
    };
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return undefined;
  }
}

/** What is wrong with the body of REQUEST. Nothing is said of values that are not known yet. */
export function diagnoseBody(edited: Edited, request: ParsedRequest): Diagnosis[] {
  if (request.directives.validate === 'off') return [];
  const body = bodyOf(edited, request);
  if (body === undefined) return [];
  return edited.payloads
    .diagnose(body.payload)
    .map((diagnosis) => ({ ...diagnosis, ...body.mapped.rangeOf(diagnosis.start, diagnosis.end) }))
    .filter((diagnosis) => !isUncertain(edited.file.source.text, diagnosis, body.unknown));
}

/** Is SPAN of TEXT one value that holds one of the UNKNOWN references? */
export function isUncertain(text: string, span: Span, unknown: readonly ReferencePart[]): boolean {
  const part = unknown.find(({ offset, source }) => offset < span.end && offset + source.length > span.start);
  if (part === undefined) return false;
  const isInside = span.start >= part.offset && span.end <= part.offset + part.source.length;
  return isInside || /^"(?:[^"\\\n]|\\.)*"$/.test(text.slice(span.start, span.end));
}

/** What can stand at OFFSET in the body of REQUEST. */
export async function completeBody(edited: Edited, request: ParsedRequest, offset: number): Promise<Offer[]> {
  const body = bodyOf(edited, request);
  if (body === undefined) return [];
  const { mapped, payload } = body;
  const offers = await edited.payloads.complete(payload, mapped.offsetOf(offset));
  return offers.map((offer) => ({
    ...offer,
    ...spanAround(mapped, offer, offset),
    ...(offer.also && {
      also: offer.also.map((edit) => ({ ...edit, ...mapped.rangeOf(edit.start, edit.end) })),
    }),
  }));
}

/** The span of OFFER in the file; it always holds the place OFFSET at which it was asked for. */
function spanAround(mapped: MappedText, offer: Span, offset: number): Span {
  if (offer.end <= offer.start) return { start: offset, end: offset };
  const { start, end } = mapped.rangeOf(offer.start, offer.end);
  return { start: Math.min(start, offset), end: Math.max(end, offset) };
}

/** What is known of what stands at OFFSET in the body of REQUEST. */
export function hoverBody(edited: Edited, request: ParsedRequest, offset: number): Told | undefined {
  const body = bodyOf(edited, request);
  const told = body && edited.payloads.hover(body.payload, body.mapped.offsetOf(offset));
  return told && body && { ...told, ...body.mapped.rangeOf(told.start, told.end) };
}

/** URIs of what defines what stands at OFFSET in the body of REQUEST. */
export function defineBody(edited: Edited, request: ParsedRequest, offset: number): readonly string[] {
  const body = bodyOf(edited, request);
  return body === undefined ? [] : edited.payloads.define(body.payload, body.mapped.offsetOf(offset));
}
