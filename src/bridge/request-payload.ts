/** The help with payloads that the language service of request files gives. */
import { lookupByName } from '../client/lookup.js';
import type { Offer, PayloadText as Payload, PayloadHelp } from '../document/language/model.js';
import {
  definePayload,
  hoverPayload,
  offersAt,
  type PayloadContext,
  PayloadText,
  problemsIn,
  searchedAt,
} from '../document/payload/index.js';
import { ScimError } from '../scim/error.js';
import type { Surroundings } from './request-service.js';

/** How long typing waits for resources that are looked up by name, in milliseconds. */
const lookUpMs = 3000;

/** Help with the payloads of requests to what SURROUNDINGS tell of. */
export function payloadHelp(surroundings: Surroundings): PayloadHelp {
  const contextOf = (payload: Payload) => payloadContext(payload, surroundings);
  return {
    diagnose: (payload) => problemsIn(new PayloadText(payload.text), contextOf(payload)),
    complete: async (payload, offset): Promise<Offer[]> => {
      const text = new PayloadText(payload.text);
      const context = contextOf(payload);
      return [...offersAt(text, offset, context), ...(await searchedAt(text, offset, context))];
    },
    hover: (payload, offset) => {
      const { lines } = new PayloadText(payload.text);
      const told = hoverPayload(payload.text, lines.position(offset), contextOf(payload));
      if (told === undefined) return undefined;
      return { text: told.text, start: lines.offset(told.range.start), end: lines.offset(told.range.end) };
    },
    define: (payload, offset) => {
      const { lines } = new PayloadText(payload.text);
      return definePayload(payload.text, lines.position(offset), contextOf(payload)).map(({ uri }) => uri);
    },
  };
}

function payloadContext({ kind, type, method }: Payload, surroundings: Surroundings): PayloadContext {
  const { registry, tenant, baseUrl, profile, target } = surroundings;
  return {
    kind,
    type,
    registry,
    tenant,
    direction: method === 'PUT' ? 'replace' : 'create',
    baseUrl: baseUrl?.href,
    filters: { profile },
    ...(target && {
      lookUp: async (types, text, limit) => {
        try {
          return await lookupByName(target, types, text, limit, { timeoutMs: lookUpMs, retry: false });
        } catch (error) {
          // Who completes a word wants no message about the network.
          if (!(error instanceof ScimError)) throw error;
          return [];
        }
      },
    }),
  };
}
