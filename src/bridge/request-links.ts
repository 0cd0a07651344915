/** Where the parts of an answer lead. */
import { addressOf } from '../client/address.js';
import { type ExactJson, isExactObject, parseExactJson } from '../document/exact-json.js';
import { resourceLinks } from '../document/payload/index.js';
import { scimUri } from '../document/scim-uri.js';
import { SourceText } from '../document/text.js';
import type { requests as protocol, ResultOf } from '../protocol/index.js';
import { ScimError } from '../scim/error.js';
import { SchemaRegistry } from '../scim/schema/resource-type.js';
import type { Session } from './session.js';

/** Longer bodies are not searched: nobody clicks through them. */
const longestBody = 5_000_000;
const mostLinks = 20_000;

/** The links in BODY, the answer of TENANT to `METHOD TARGET`. */
export async function linksIn(
  session: Session,
  tenant: string | undefined,
  body: string,
  asked: string | undefined,
): Promise<ResultOf<typeof protocol.linksOfBody>> {
  if (body.length > longestBody) return { links: [], resource: null };
  const { target, settings } = await session.connect(tenant);
  const registry = target.discovered?.registry ?? SchemaRegistry.rfc;
  const source = new SourceText(body);
  // Emacs counts characters from the beginning of the body.
  const before = [0];
  for (const { text } of source.lines) before.push((before.at(-1) ?? 0) + Array.from(text).length + 1);
  const place = ({ line, character }: { line: number; character: number }) => (before[line] ?? 0) + character;
  const links = resourceLinks(body, settings.name, registry)
    .slice(0, mostLinks)
    .map(({ range, target: uri, tooltip }) => ({ start: place(range.start), end: place(range.end), uri, tooltip }));
  return { links, resource: resourceUri(body, settings.name, registry, target.baseUrl, asked) ?? null };
}

/** The URI of the resource that BODY is. */
function resourceUri(
  body: string,
  tenant: string,
  registry: SchemaRegistry,
  baseUrl: URL,
  asked: string | undefined,
): string | undefined {
  const json = parsed(body);
  if (!isExactObject(json) || typeof json.id !== 'string') return undefined;
  const { meta, id } = json;
  const told =
    isExactObject(meta) && typeof meta.resourceType === 'string' ? registry.find(meta.resourceType) : undefined;
  const location = isExactObject(meta) && typeof meta.location === 'string' ? meta.location : undefined;
  const [, path] = /^[A-Z]+\s+(\S+)/.exec(asked ?? '') ?? [];
  const type = told ?? [location, path].map((each) => each && typeAt(each, registry, baseUrl)).find((each) => each);
  return type === undefined || type === '' ? undefined : scimUri({ tenant, kind: 'resource', type: type.name, id });
}

function typeAt(path: string, registry: SchemaRegistry, baseUrl: URL) {
  try {
    return registry.find(addressOf(baseUrl, path).relative);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return undefined;
  }
}

function parsed(body: string): ExactJson | undefined {
  try {
    return parseExactJson(body);
  } catch {
    return undefined;
  }
}
