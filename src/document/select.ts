/** Choosing a request of a file. */
import { UsageError } from '../scim/error.js';
import type { ParsedRequest, RequestFile } from './model.js';

/** The request around a zero-based line, or the one with a name. */
export type Selection = { readonly line: number } | { readonly name: string };

/**
 * The request of FILE that SELECT means.
 * @throws UsageError that says which ones there are
 */
export function selectRequest(file: RequestFile, select: Selection): ParsedRequest {
  const found =
    'name' in select
      ? file.requests.find((request) => request.name === select.name)
      : file.requests.findLast((request) => request.startLine <= select.line);
  if (found !== undefined) return found;
  const [first] = file.requests;
  const wanted = 'name' in select ? `named \`${select.name}\`` : `at line ${select.line + 1}`;
  if (first === undefined) throw new UsageError(`${file.path} has no request`);
  const remedy =
    'name' in select
      ? `Its requests are ${file.requests.map((request) => request.name).join(', ')}.`
      : `The first one starts at line ${first.startLine + 1}.`;
  throw new UsageError(`${file.path} has no request ${wanted}`, { remedy });
}
