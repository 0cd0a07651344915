/** Postman collections, version 2.1. */
import * as z from 'zod';
import { UsageError } from '../../scim/error.js';
import type { ImportedFile, ImportedRequest } from './model.js';

const pair = z.object({ key: z.string(), value: z.coerce.string().default(''), disabled: z.boolean().optional() });

const request = z.object({
  method: z.string().default('GET'),
  header: z.array(pair).catch([]).default([]),
  url: z.union([z.string(), z.object({ raw: z.string() })]),
  body: z.object({ mode: z.string().optional(), raw: z.string().optional() }).nullish(),
});

interface Item {
  name?: string | undefined;
  request?: z.infer<typeof request> | undefined;
  event?: { listen: string; script?: { exec?: string | string[] | undefined } | undefined }[] | undefined;
  item?: Item[] | undefined;
}

const item: z.ZodType<Item> = z.lazy(() =>
  z.object({
    name: z.string().optional(),
    request: request.optional(),
    event: z
      .array(
        z.object({
          listen: z.string(),
          script: z.object({ exec: z.union([z.string(), z.array(z.string())]).optional() }).optional(),
        }),
      )
      .optional(),
    item: z.array(item).optional(),
  }),
);

const collection = z.object({ item: z.array(item), variable: z.array(pair).optional() });

/**
 * The requests of the collection TEXT, folders flattened.
 * @throws UsageError when it is none
 */
export function readPostman(text: string): ImportedFile {
  const parsed = collection.safeParse(json(text));
  if (!parsed.success) {
    throw new UsageError('This is not a Postman collection of version 2.1', {
      remedy: 'Export it as `Collection v2.1`.',
    });
  }
  const warnings = new Set<string>();
  const requests = parsed.data.item.flatMap((each) => [...requestsIn(each, [], warnings)]);
  const variables = (parsed.data.variable ?? []).map(({ key, value }): [string, string] => [key, references(value)]);
  return { variables, requests, warnings: [...warnings] };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError('This is not a Postman collection: it is not JSON', { cause: error });
  }
}

function* requestsIn(
  { name, request, event = [], item = [] }: Item,
  folders: readonly string[],
  warnings: Set<string>,
): Generator<ImportedRequest> {
  for (const each of item) yield* requestsIn(each, name === undefined ? folders : [...folders, name], warnings);
  if (request === undefined) return;
  const scripts = event.flatMap(({ listen, script }) => {
    const lines = [script?.exec ?? []].flat().flatMap((each) => each.split('\n'));
    return lines.some((line) => line.trim() !== '') ? [`A script (${listen}):`, ...lines] : [];
  });
  if (scripts.length > 0)
    warnings.add('Scripts were kept as comments: assertions (`??`) and captures (`@id = body.id`) take their place');
  const { method, header, url, body } = request;
  if (body?.mode !== undefined && body.mode !== 'raw') warnings.add(`A body of mode ${body.mode} was left out`);
  yield {
    name,
    method: method.toUpperCase(),
    url: references(typeof url === 'string' ? url : url.raw),
    headers: header.filter(({ disabled }) => disabled !== true).map(({ key, value }) => [key, references(value)]),
    body: body?.raw === undefined ? undefined : references(body.raw),
    notes: [
      ...(folders.length === 0 ? [] : [`in ${folders.join(' / ')}`]),
      ...scripts.map((line) => line.replace(/^\s*@/, ' @')),
    ],
  };
}

function references(text: string): string {
  return text
    .replace(/\{\{\$(?:guid|randomUUID)\}\}/g, '{{$uuid}}')
    .replace(/\{\{\s*([^}$][^}]*?)\s*\}\}/g, (_all, name: string) => `{{${name.replace(/[^\p{L}\p{N}_-]/gu, '_')}}}`);
}
