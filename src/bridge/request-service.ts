/**
 * The language service of request files: what `src/document/language` knows, with positions for an editor.
 *
 * Nothing is sent to a service, and no secret is looked up, because a file is opened or typed in. What a service says
 * about itself is used once the person has talked to it; until then, what the standard says.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { addressOf } from '../client/address.js';
import type { Target } from '../client/target.js';
import type { Completion } from '../config/complete.js';
import type { Hover } from '../config/hover.js';
import { type PositionEncoding, type Problem, TextLines } from '../config/text.js';
import { Complaint } from '../document/complaint.js';
import type { ExactJson } from '../document/exact-json.js';
import { completeFilter } from '../document/filter/complete.js';
import { diagnoseFilter } from '../document/filter/diagnose.js';
import { completeFile } from '../document/language/complete.js';
import { diagnoseFile } from '../document/language/diagnose.js';
import { defineFile, hoverFile } from '../document/language/hover.js';
import type { Edited, FileSymbol, FilterHelp, Span } from '../document/language/model.js';
import { symbolsOf } from '../document/language/symbols.js';
import type { ParsedRequest, RequestFile } from '../document/model.js';
import { parseRequestFile } from '../document/parse.js';
import { Scope } from '../document/scope.js';
import type { FileSession } from '../document/session.js';
import { parseValuePath, valueAt } from '../document/value-path.js';
import { variablesOf } from '../document/variables.js';
import { createRedactor, type Redactor } from '../redact/redact.js';
import { type Position, ScimError } from '../scim/error.js';
import { SchemaRegistry } from '../scim/schema/resource-type.js';
import { type ProfileValues, standard } from '../vendors/index.js';
import { settle } from '../vendors/profile.js';
import type { Definition, DocumentSymbol, LanguageService, OpenDocument } from './documents.js';
import { pathOf } from './documents.js';
import { payloadHelp } from './request-payload.js';
import type { Session } from './session.js';

/** How long an editor waits for what a service says about itself, in milliseconds. */
const patienceMs = 800;

/** What is known of the tenant of a document. */
export interface Surroundings {
  readonly tenant: string;
  readonly baseUrl: URL | undefined;
  readonly registry: SchemaRegistry;
  readonly isDiscovered: boolean;
  readonly profile: ProfileValues;
  readonly declaresFilter: boolean | undefined;
  readonly redactor: Redactor;
  /** Undefined while nothing may be sent. */
  readonly target: Target | undefined;
}

/** The service for the documents of SESSION. */
export function requestService(session: Session): LanguageService {
  const read = (document: OpenDocument, encoding: PositionEncoding) => EditedDocument.read(document, encoding, session);
  return {
    diagnose: async (document, encoding) => (await read(document, encoding)).diagnose(),
    complete: async (document, position, encoding) => (await read(document, encoding)).complete(position),
    hover: async (document, position, encoding) => (await read(document, encoding)).hover(position),
    define: async (document, position, encoding) => (await read(document, encoding)).define(position),
    symbols: async (document, encoding) => (await read(document, encoding)).symbols(),
  };
}

class EditedDocument {
  readonly #lines: TextLines;
  /** A byte order mark is no part of what the parser counts. */
  readonly #shift: number;

  private constructor(
    private readonly uri: string,
    text: string,
    encoding: PositionEncoding,
    private readonly edited: Edited,
  ) {
    this.#lines = new TextLines(text, encoding);
    this.#shift = text.startsWith('\uFEFF') ? 1 : 0;
  }

  static async read(document: OpenDocument, encoding: PositionEncoding, session: Session): Promise<EditedDocument> {
    const { uri, text } = document;
    const path = placeOf(uri, session.directory);
    const surroundings = await surroundingsOf(session, document.tenant);
    const captured = session.fileSession(path, surroundings.tenant);
    const edited = editedOf(parseRequestFile(text, path), captured, surroundings);
    return new EditedDocument(uri, text, encoding, edited);
  }

  diagnose(): Problem[] {
    return diagnoseFile(this.edited).map(({ message, severity, ...span }) => {
      return { message, severity, range: this.#range(span) };
    });
  }

  async complete(position: Position): Promise<Completion[]> {
    const offers = await completeFile(this.edited, this.#offset(position));
    return offers.map(({ start, end, also, ...offer }) => ({
      ...offer,
      range: this.#range({ start, end }),
      ...(also && { also: also.map(({ insert, ...span }) => ({ insert, range: this.#range(span) })) }),
    }));
  }

  hover(position: Position): Hover | undefined {
    const told = hoverFile(this.edited, this.#offset(position));
    return told && { text: told.text, range: this.#range(told) };
  }

  define(position: Position): Definition[] {
    return defineFile(this.edited, this.#offset(position)).map((found) =>
      found.kind === 'uri'
        ? { uri: found.uri, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }
        : { uri: this.uri, range: this.#range(found.span) },
    );
  }

  symbols(): DocumentSymbol[] {
    return symbolsOf(this.edited.file).map((symbol) => this.#symbol(symbol));
  }

  #symbol({ name, detail, kind, span, children }: FileSymbol): DocumentSymbol {
    return {
      name,
      detail,
      kind: kind === 'request' ? 6 : 13,
      range: this.#range(span),
      children: children.map((child) => this.#symbol(child)),
    };
  }

  #range({ start, end }: Span): Problem['range'] {
    return this.#lines.range(start + this.#shift, end + this.#shift);
  }

  #offset(position: Position): number {
    return Math.max(0, this.#lines.offset(position) - this.#shift);
  }
}

/** The path by which runs know the text of URI. */
function placeOf(uri: string, root: string): string {
  if (!uri.startsWith('untitled:')) return pathOf(uri, root);
  return `${root}/${decodeURIComponent(uri.slice('untitled:'.length))}`;
}

/** What is known of tenant NAME, or of the default one, without asking anybody. */
async function surroundingsOf(session: Session, name: string | undefined): Promise<Surroundings> {
  const tenant = await tenantOf(session, name);
  const known = session.connected(tenant.name);
  if (known === undefined) {
    return {
      tenant: tenant.name,
      baseUrl: undefined,
      registry: SchemaRegistry.rfc,
      isDiscovered: false,
      profile: tenant.profile,
      declaresFilter: undefined,
      redactor: createRedactor([]),
      target: undefined,
    };
  }
  const { target } = known;
  const hasTalked = session.trace.of(tenant.name).length > 0;
  const discovery = target.discovered ?? (hasTalked ? await patiently(target.discover()) : undefined);
  return {
    tenant: tenant.name,
    baseUrl: target.baseUrl,
    registry: discovery?.registry ?? SchemaRegistry.rfc,
    isDiscovered: discovery !== undefined,
    profile: target.profile,
    declaresFilter: discovery?.supports('filter'),
    redactor: target.redactor,
    target: hasTalked ? target : undefined,
  };
}

async function tenantOf(session: Session, name: string | undefined): Promise<{ name: string; profile: ProfileValues }> {
  try {
    const workspace = await session.workspace();
    const chosen = name ?? workspace.defaultTenant ?? 'mock';
    const isKnown = workspace.tenantNames.includes(chosen);
    return { name: chosen, profile: isKnown ? settle(workspace.vendorProfile(chosen)) : standard };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { name: name ?? 'default', profile: standard };
  }
}

/** What comes of WORK, if it comes in time; it goes on in any case. */
async function patiently<T>(work: Promise<T>): Promise<T | undefined> {
  const quiet = work.catch(() => undefined);
  return Promise.race([quiet, delay(patienceMs, undefined, { ref: false })]);
}

/** FILE with all that is known around it. CAPTURED is what runs of it have left. */
function editedOf(file: RequestFile, captured: FileSession, surroundings: Surroundings): Edited {
  const { tenant, registry, isDiscovered, baseUrl, redactor } = surroundings;
  const scopes = new Map<ParsedRequest, Scope>();
  return {
    file,
    tenant,
    registry,
    isDiscovered,
    given: [],
    variables: variablesOf(file, captured, redactor),
    relative: (target) => relativeTo(baseUrl, target),
    valueOf: (part, index) => {
      const request = file.requests[index];
      if (request === undefined) return undefined;
      const scope = scopes.get(request) ?? new Scope(file, request, captured, {});
      scopes.set(request, scope);
      return tolerant(() => scope.lookup(part));
    },
    membersOf: (name, path) => membersAt(captured.response(name)?.body, path),
    filters: filterHelp(surroundings),
    payloads: payloadHelp(surroundings),
  };
}

function filterHelp({ profile, declaresFilter }: Surroundings): FilterHelp {
  const context = (resourceType: Parameters<FilterHelp['diagnose']>[1]) => {
    return { resourceType, profile, declared: { filter: declaresFilter } };
  };
  return {
    complete: (filter, offset, type) => completeFilter(filter, offset, context(type)),
    diagnose: (filter, type) => diagnoseFilter(filter, context(type)),
  };
}

function relativeTo(baseUrl: URL | undefined, target: string): string {
  if (baseUrl === undefined) return target;
  try {
    return addressOf(baseUrl, target).relative;
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return target;
  }
}

/** What READ gives; nothing where the file is not finished. */
function tolerant<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return undefined;
  }
}

/** The names of the members of BODY at PATH. */
function membersAt(body: ExactJson | undefined, path: string): string[] {
  if (body === undefined) return [];
  const found = path === '' ? body : tolerant(() => valueAt(body, parseValuePath(path)));
  const [first] = Array.isArray(found) ? found : [found];
  return typeof first === 'object' && first !== null && !Array.isArray(first) ? Object.keys(first) : [];
}
