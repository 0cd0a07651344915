import * as z from 'zod';
import { errorView } from './common.js';
import { defineNotification, defineRequest } from './define.js';
import { counts } from './requests.js';

export const beginReport = defineRequest(
  'scim/report/begin',
  'Open a report; what it prints comes as `scim/report/output`.',
  z.object({
    format: z.enum(['text', 'junit', 'jsonl']),
    color: z.boolean().default(false),
    verbose: z.boolean().default(false),
  }),
  z.object({ report: z.string() }),
);

export const reportScript = defineRequest(
  'scim/report/script',
  'Add the outcome of an Elisp script to a report.',
  z.object({
    report: z.string(),
    path: z.string(),
    outcome: z.enum(['passed', 'error']),
    seconds: z.number().min(0),
    error: errorView.optional(),
  }),
  z.null(),
);

export const reportError = defineRequest(
  'scim/report/error',
  'Add an error that kept a whole file from being run to a report.',
  z.object({ report: z.string(), path: z.string(), error: errorView }),
  z.null(),
);

export const endReport = defineRequest(
  'scim/report/end',
  'Close a report: the rest of its text has been sent when this is answered.',
  z.object({ report: z.string() }),
  z.object({ exitCode: z.int(), counts }),
);

export const reportOutput = defineNotification(
  'scim/report/output',
  'A piece of the text of a report, to be written to standard output as it is.',
  'bridge',
  z.object({ report: z.string(), text: z.string() }),
);
