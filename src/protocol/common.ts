import * as z from 'zod';

/**
 * A text on the wire. Emacs reads and writes pipes slowly, so whoever sends more than `inlineTextLimit` characters
 * writes a file with mode 0600 that the receiver reads and deletes.
 */
export const textRef = z.union([z.object({ text: z.string() }), z.object({ file: z.string() })]);
export type TextRef = z.infer<typeof textRef>;

/** Longest text, in characters, that crosses the wire inside a message. */
export const inlineTextLimit = 262_144;

export const position = z.object({ line: z.int().min(0), character: z.int().min(0) });

/** With what writes: a person has said yes to the error `tenant.confirm`. */
export const confirmed = z.boolean().optional();

export const progressToken = z.union([z.string(), z.int()]);

/** How an error is told, both as `data` of a JSON-RPC error and inside results. */
export const errorView = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
  asked: z.string().optional(),
  file: z.string().optional(),
  position: position.optional(),
  /** HTTP status of the answer, when there was one. */
  status: z.int().optional(),
  scimType: z.string().optional(),
  detail: z.string().optional(),
  /** With `secret.needed`: what is to be looked up and sent by `scim/secrets/provide`. */
  references: z.array(z.string()).optional(),
  /** The exit code that batch mode gives this error. */
  exitCode: z.int(),
});
export type ErrorView = z.infer<typeof errorView>;

export const completeness = z.enum(['complete', 'partial', 'unknown']);

/** One result of one check of the environment or of a service; holds no value of a variable. */
export const finding = z.object({
  /** Stable: `ENV001`, `NET003`, `AUTH001`, `SCIM004`, … */
  id: z.string(),
  status: z.enum(['ok', 'warning', 'error', 'skipped']),
  /** What findings with this id are about. */
  title: z.string(),
  message: z.string(),
  /** What comes of it when nothing is done. */
  why: z.string().optional(),
  /** The command or the edit that mends it. */
  fix: z.string().optional(),
  tenant: z.string().optional(),
  variable: z.string().optional(),
  /** Relative to the workspace when it is in there. */
  file: z.string().optional(),
  position: position.optional(),
  ms: z.number().optional(),
});
