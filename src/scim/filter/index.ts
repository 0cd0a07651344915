/** Filters (RFC 7644 §3.4.2.2): read, print, escape, evaluate. */

export type {
  CompareFilter,
  CompareOperator,
  Filter,
  FilterValue,
  LogicalFilter,
  NotFilter,
  PresentFilter,
  ValuePathFilter,
} from './ast.js';
export { compareOperators } from './ast.js';
export { compileElementFilter, compileFilter, isPresent } from './compile.js';
export { escapeFilterString, quoteFilterString } from './escape.js';
export { lexFilter, type Token, type TokenKind } from './lexer.js';
export { type ParseFilterOptions, parseFilter } from './parse.js';
export { printFilter } from './print.js';
