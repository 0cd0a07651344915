/** What is imported into request files, between the formats. */

/** A request as another tool has it, with `{{references}}` in it. */
export interface ImportedRequest {
  /** As it was named there; undefined: named after what it does. */
  readonly name?: string | undefined;
  readonly method: string;
  /** Absolute, or beginning with a path or a reference. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | undefined;
  /** Lines, without comment signs, that stand before the request. */
  readonly notes?: readonly string[];
  /** `@name = part of the answer`. */
  readonly captures?: readonly (readonly [string, string])[];
}

export interface ImportedFile {
  readonly variables: readonly (readonly [string, string])[];
  readonly requests: readonly ImportedRequest[];
  readonly warnings: readonly string[];
}

/** A tenant as far as an import needs it. */
export interface KnownTenant {
  readonly name: string;
  readonly baseUrl: string;
  /** Is VALUE, of an `Authorization` header, what the tenant sends itself? */
  sends(value: string): boolean;
}

/** What an import goes by. */
export interface ImportContext {
  readonly tenants: readonly KnownTenant[];
  /** Names of requests that the file has already. */
  readonly taken: readonly string[];
  /** Does NAME, of a header, a parameter or a JSON member, announce a secret? */
  isSecretName(name: string): boolean;
  isSecretHeader(name: string): boolean;
}

export interface Imported {
  /** Text for a request file. */
  readonly text: string;
  /** The tenant that the requests are for, if it is one and known. */
  readonly tenant: string | undefined;
  readonly warnings: readonly string[];
}
