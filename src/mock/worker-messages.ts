/** What can be asked of a mock server in another thread. Everything here is plain data, which crosses by copy. */

/** A text that a mock server is made from. */
export interface MockSource {
  /** Its file, which messages name and relative names in it start from. */
  readonly path: string;
  readonly text: string;
  /** Absent: told by the name and the text. */
  readonly kind?: 'mock' | 'json' | 'jsonl' | 'har' | undefined;
}

/** Which resources are looked at. */
export interface ResourcesQuery {
  readonly type: string;
  readonly start: number;
  readonly count: number;
  readonly filter?: string | undefined;
}

export type ControlAction =
  | { readonly kind: 'advance'; readonly by: string }
  | { readonly kind: 'setClock'; readonly time: string }
  | { readonly kind: 'revoke'; readonly token: string }
  | { readonly kind: 'clearFaults' }
  | { readonly kind: 'reset' };

/** Each operation and its parameters. */
export interface WorkerOperations {
  start: (params: { readonly source: MockSource; readonly port?: number | undefined }) => unknown;
  reseed: (params: { readonly source: MockSource }) => unknown;
  /** Url, vendor, and numbers of resources. */
  summary: (params: null) => unknown;
  /** How a client gets in: holds secrets, stays in this process. */
  access: (params: null) => unknown;
  status: (params: null) => unknown;
  requests: (params: { readonly since: number }) => unknown;
  request: (params: { readonly number: number }) => unknown;
  resources: (params: ResourcesQuery) => unknown;
  resource: (params: { readonly id: string }) => unknown;
  changes: (params: null) => unknown;
  save: (params: null) => unknown;
  control: (params: ControlAction) => unknown;
}
