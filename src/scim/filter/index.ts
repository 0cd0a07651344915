/** Filters (RFC 7644 §3.4.2.2): read, print, escape, evaluate. */

export type { CompareFilter, Filter, PresentFilter } from './ast.js';
export { compareOperators } from './ast.js';
export { compileFilter, isPresent } from './compile.js';
export { escapeFilterString, quoteFilterString } from './escape.js';
export { parseFilter } from './parse.js';
export { printFilter } from './print.js';
