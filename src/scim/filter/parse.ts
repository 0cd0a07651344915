/**
 * Reading filters (RFC 7644 §3.4.2.2, Figure 1).
 *
 * Three steps. Our lexer finds the tokens; a grammar check walks them once and refuses, with the place, whatever Figure 1
 * refuses; then `scim2-parse-filter` builds the Boolean structure. That library never sees the text of the person: each
 * attribute path is replaced by `aN` and each literal by its index, and both are put back afterwards. So it decides
 * precedence and grouping, and its limits in names, literals and error messages cannot matter.
 */

import { type Filter as LibraryFilter, parse as parseStructure } from 'scim2-parse-filter';
import type { Filter, FilterValue } from './ast.js';
import { checkGrammar, filterError, type Skeleton, type TokenRules } from './grammar.js';
import { lexFilter, type Token } from './lexer.js';

/** Longest filter that is read: far above a thousand `id eq "…"` terms, far below what could hurt. */
const maxFilterLength = 262_144;

export interface ParseFilterOptions {
  /**
   * Also take what deployed clients send against the grammar: `value eq"x"`, bare words, 'single quotes', tabs and line
   * breaks, and `emails[type eq "work"].value eq "x"`, which becomes `emails[type eq "work" and value eq "x"]`.
   */
  readonly lenient?: boolean;
}

/**
 * The tree of the filter TEXT.
 * Throws ProtocolError 400 `invalidFilter` with the offset (in UTF-16 code units) of the first character that is wrong.
 */
export function parseFilter(text: string, options: ParseFilterOptions = {}): Filter {
  if (text.length > maxFilterLength) {
    throw filterError(`The filter is longer than ${maxFilterLength} characters`, maxFilterLength);
  }
  const lenient = options.lenient === true;
  return parseTokens(lexFilter(text, { lenient }), { lenient, missingSpace: lenient, insideBrackets: false });
}

/** The tree of a whole filter given as TOKENS, the last of which is `end` or `invalid`. */
export function parseTokens(tokens: readonly Token[], rules: TokenRules): Filter {
  const skeleton = checkGrammar(tokens, rules);
  let structure: LibraryFilter;
  try {
    structure = parseStructure(skeleton.source);
  } catch (cause) {
    throw filterError('The filter cannot be understood', tokens[0]?.offset ?? 0, cause);
  }
  return restore(structure, skeleton);
}

/** Put the attribute paths and literals of SKELETON back into the STRUCTURE that the library found. */
function restore(structure: LibraryFilter, skeleton: Skeleton): Filter {
  switch (structure.op) {
    case 'and':
    case 'or': {
      const filters = structure.filters.map((operand) => restore(operand, skeleton));
      return { kind: structure.op, filters, offset: filters[0]?.offset ?? 0 };
    }
    case 'not': {
      const filter = restore(structure.filter, skeleton);
      return { kind: 'not', filter, offset: filter.offset };
    }
    case '[]': {
      const { path, offset } = leafOf(structure.attrPath, skeleton);
      return { kind: 'valuePath', path, filter: restore(structure.valFilter, skeleton), offset };
    }
    case 'pr': {
      const { path, offset } = leafOf(structure.attrPath, skeleton);
      return { kind: 'present', path, offset };
    }
    default: {
      const { path, offset } = leafOf(structure.attrPath, skeleton);
      const literal = literalOf(structure.compValue, skeleton);
      return {
        kind: 'compare',
        path,
        operator: structure.op,
        value: literal.value,
        offset,
        valueOffset: literal.offset,
      };
    }
  }
}

function leafOf(placeholder: string, skeleton: Skeleton): Skeleton['attributes'][number] {
  const leaf = skeleton.attributes[Number(placeholder.slice(1))];
  if (leaf === undefined) throw filterError('The filter cannot be understood', 0);
  return leaf;
}

function literalOf(index: FilterValue, skeleton: Skeleton): Skeleton['literals'][number] {
  const literal = skeleton.literals[Number(index)];
  if (literal === undefined) throw filterError('The filter cannot be understood', 0);
  return literal;
}
