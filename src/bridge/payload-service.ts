/** Help with the texts of resources that are edited in buffers of their own: the language `scim-resource`. */

import { lookupByName } from '../client/lookup.js';
import type { Discovery } from '../client/types.js';
import type { PositionEncoding } from '../config/text.js';
import * as payload from '../document/payload/index.js';
import { parseScimUri } from '../document/scim-uri.js';
import { ScimError } from '../scim/error.js';
import { SchemaRegistry } from '../scim/schema/resource-type.js';
import { standard } from '../vendors/index.js';
import { demandYes } from './confirm.js';
import type { LanguageService, OpenDocument } from './documents.js';
import { baseOf } from './payload-bases.js';
import type { Session } from './session.js';

/** How long somebody who types waits for the schemas of the service, in ms. */
const patienceMs = 1_000;
/** How long a service that could not be reached, or not yet, is left alone, in ms. */
const restMs = 30_000;
/** How long a look-up by name may take, in ms. */
const lookUpMs = 5_000;

type Target = Awaited<ReturnType<Session['connect']>>['target'];

/** A service as far as it is known. */
interface Service {
  readonly target: Target | undefined;
  readonly discovery: Discovery | undefined;
}

const nobody: Service = { target: undefined, discovery: undefined };

/**
 * The service for texts whose URIs are `scim:/TENANT/resource/TYPE/ID` or `scim:/TENANT/new/TYPE`. While a tenant cannot be
 * reached, the schemas of RFC 7643 count, and nobody is told; AGAIN is called when a text should be looked at once more.
 */
export class PayloadService implements LanguageService {
  /** Until when tenants are left alone, by name. */
  readonly #resting = new Map<string, number>();

  constructor(
    private readonly session: Session,
    private readonly again: (uri: string) => void,
  ) {}

  async diagnose(document: OpenDocument, encoding: PositionEncoding) {
    const context = await this.#contextOf(document, encoding);
    return context === undefined ? [] : payload.diagnosePayload(document.text, context);
  }

  async complete(document: OpenDocument, position: { line: number; character: number }, encoding: PositionEncoding) {
    const context = await this.#contextOf(document, encoding);
    return context === undefined ? [] : payload.completePayload(document.text, position, context);
  }

  async hover(document: OpenDocument, position: { line: number; character: number }, encoding: PositionEncoding) {
    const context = await this.#contextOf(document, encoding);
    return context && payload.hoverPayload(document.text, position, context);
  }

  async define(document: OpenDocument, position: { line: number; character: number }, encoding: PositionEncoding) {
    const context = await this.#contextOf(document, encoding);
    return context === undefined ? [] : payload.definePayload(document.text, position, context);
  }

  symbols({ text }: OpenDocument, encoding: PositionEncoding) {
    return payload.payloadSymbols(text, encoding);
  }

  async links(document: OpenDocument, encoding: PositionEncoding) {
    const context = await this.#contextOf(document, encoding);
    return context === undefined ? [] : payload.payloadLinks(document.text, context);
  }

  /** What is known about DOCUMENT; undefined when its URI names no resource. */
  async #contextOf(document: OpenDocument, encoding: PositionEncoding): Promise<payload.PayloadContext | undefined> {
    const place = parseScimUri(document.uri);
    if (place?.kind !== 'resource' && place?.kind !== 'new') return undefined;
    const tenant = place.tenant === '' ? document.tenant : place.tenant;
    const { target, discovery } = await this.#serviceOf(tenant, document.uri);
    const registry = discovery?.registry ?? SchemaRegistry.rfc;
    return {
      kind: 'resource',
      type: registry.find(place.type),
      registry,
      tenant: place.tenant,
      direction: place.kind === 'new' ? 'create' : 'replace',
      base: baseOf(this.session, document.uri),
      encoding,
      baseUrl: target?.baseUrl.href,
      filters: {
        profile: target?.profile ?? standard,
        declared: { filter: discovery?.supports('filter') },
        now: new Date(),
      },
      lookUp: target && ((types, text, limit) => this.#lookUp(target, types, text, limit)),
    };
  }

  /** The service of TENANT; what does not answer in time is used as soon as it has, and URI is then looked at again. */
  async #serviceOf(tenant: string | undefined, uri: string): Promise<Service> {
    const name = tenant ?? '';
    if ((this.#resting.get(name) ?? 0) > performance.now()) return nobody;
    let isLate = false;
    const asked = this.#ask(tenant).then((service) => {
      if (service === undefined) this.#rest(name);
      else if (isLate) {
        this.#resting.delete(name);
        this.again(uri);
      }
      return service ?? nobody;
    });
    const late = new Promise<Service>((resolve) => {
      const timer = setTimeout(() => {
        isLate = true;
        this.#rest(name);
        resolve(nobody);
      }, patienceMs);
      timer.unref();
      void asked.finally(() => clearTimeout(timer)).catch(() => undefined);
    });
    return Promise.race([asked, late]);
  }

  #rest(name: string): void {
    this.#resting.set(name, performance.now() + restMs);
  }

  /** undefined when it cannot be reached, or only after a question that typing is no occasion for. */
  async #ask(tenant: string | undefined): Promise<Service | undefined> {
    try {
      const { target, settings } = await this.session.connect(tenant);
      demandYes(this.session, settings, undefined, [{ method: 'GET', path: '/Schemas' }]);
      return { target, discovery: await target.discover({ signal: this.session.signal }) };
    } catch {
      // Whatever it is: who wants to know asks for something that needs the service.
      return undefined;
    }
  }

  async #lookUp(target: Target, types: readonly string[], text: string, limit: number) {
    try {
      return await lookupByName(target, types, text, limit, { signal: this.session.signal, timeoutMs: lookUpMs });
    } catch (error) {
      // What cannot be looked up can still be typed.
      if (error instanceof ScimError) return [];
      throw error;
    }
  }
}
