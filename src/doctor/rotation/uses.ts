/** Remembers when requests were answered or refused with which of two credentials, for `rotate` in later sessions. */

import type { CredentialEvent } from '../../client/types.js';
import type { TenantSettings } from '../../workspace/workspace.js';
import { readSeen, remember } from '../seen.js';
import { pairsOf } from './credentials.js';

/** Remembers EVENT of the tenant with SETTINGS in the workspace ROOT, when the credential is being rotated. */
export function rememberUse(root: string, settings: TenantSettings, event: CredentialEvent, now: Date): void {
  const pair = pairsOf(settings).find(({ current, previous }) => {
    return previous !== undefined && [current.key, previous.key].includes(event.key);
  });
  if (pair === undefined) return;
  const id = event.key === pair.current.key ? pair.current.id : pair.previous?.id;
  if (id === undefined) return;
  const known = readSeen(root, settings.name).uses ?? {};
  const at = now.toISOString();
  remember(root, settings.name, {
    uses: { ...known, [id]: { ...known[id], ...(event.works ? { worked: at } : { refused: at }) } },
  });
}
