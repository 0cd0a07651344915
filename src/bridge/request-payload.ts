/** The help with payloads that the language service of request files gives. */
import type { PayloadHelp } from '../document/language/model.js';
import type { Surroundings } from './request-service.js';
import type { Session } from './session.js';

/** Help with the payloads of requests to what SURROUNDINGS tell of. */
export function payloadHelp(_surroundings: Surroundings, _session: Session): PayloadHelp {
  return { diagnose: () => [], complete: async () => [], hover: () => undefined, define: () => [] };
}
