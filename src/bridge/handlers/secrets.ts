/** `scim/secrets/…` and `scim/trust/…`: what only a person or Emacs can give. */

import * as protocol from '../../protocol/workspace.js';
import { UsageError } from '../../scim/error.js';
import { inspectTrust } from '../../workspace/trust.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

export function registerSecrets(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(protocol.provideSecrets, async ({ values }) => {
    const workspace = await session.workspace();
    for (const [reference, value] of Object.entries(values)) workspace.provide(reference, value);
    return null;
  });
  dispatcher.request(protocol.inspectTrust, async ({ file }) => {
    const workspace = await session.workspace();
    const seen = inspectTrust(file, workspace.root);
    return { ...seen, commands: [...seen.commands], trusted: workspace.trust.isTrusted(seen.file) };
  });
  dispatcher.request(protocol.grantTrust, async ({ file, digest }) => {
    const workspace = await session.workspace();
    const seen = inspectTrust(file, workspace.root);
    if (seen.digest !== digest) {
      throw new UsageError(`${seen.file} has changed since it was looked at`, { remedy: 'look at it again', file });
    }
    workspace.trust.trust(seen.file);
    return null;
  });
}
