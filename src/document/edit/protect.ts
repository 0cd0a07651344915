/** What of a resource's text only the server can change (RFC 7643 §7): shown dimmed, and protected while it is edited. */

import type { Position } from '../../scim/error.js';
import { attributeOf, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { SourceText } from '../text.js';
import { type Member, type Piece, parsePiece } from './piece.js';

/** A stretch of a text that the person cannot change. */
export interface ProtectedRange {
  readonly start: Position;
  /** Behind the last character. */
  readonly end: Position;
  /** SCIM path of what it is. */
  readonly path: string;
  /** As the end of a sentence: `is read-only: the server sets it`. */
  readonly reason: string;
}

/**
 * The members of TEXT, a resource of TYPE, that are read-only, and those that are immutable and have a value, with their
 * names; nothing when TEXT is not JSON.
 */
export function protectedRangesOf(type: ResourceType, text: string): ProtectedRange[] {
  let root: Piece;
  try {
    root = parsePiece(text);
  } catch {
    return [];
  }
  const source = new SourceText(text);
  return root.members.flatMap((member) => {
    const extension = type.extension(member.name);
    if (extension === undefined) return inMember(source, member, type.attribute(member.name), '');
    const { schema } = extension;
    return member.piece.members.flatMap((inner) =>
      inMember(source, inner, attributeOf(schema, inner.name), `${schema.id}:`),
    );
  });
}

function inMember(
  source: SourceText,
  member: Member,
  attribute: AttributeDefinition | undefined,
  prefix: string,
): ProtectedRange[] {
  if (attribute === undefined) return [];
  const path = `${prefix}${attribute.name}`;
  const reason = reasonOf(attribute);
  if (reason !== undefined) return [rangeOf(source, member, path, reason)];
  // The values of a list can be taken out as a whole.
  return member.piece.members.flatMap((inner) => {
    const sub = subAttribute(attribute, inner.name);
    const why = sub === undefined ? undefined : reasonOf(sub);
    return why === undefined ? [] : [rangeOf(source, inner, `${path}.${sub?.name ?? inner.name}`, why)];
  });
}

function reasonOf({ mutability }: AttributeDefinition): string | undefined {
  if (mutability === 'readOnly') return 'is read-only: the server sets it';
  return mutability === 'immutable' ? 'is immutable: it cannot be changed any more' : undefined;
}

function rangeOf(source: SourceText, member: Member, path: string, reason: string): ProtectedRange {
  return { start: source.positionAt(member.start), end: source.positionAt(member.piece.end), path, reason };
}
