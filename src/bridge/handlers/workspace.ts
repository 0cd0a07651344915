/** `scim/tenants`. */

import { workspace } from '../../protocol/index.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

export function registerWorkspace(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(workspace.tenants, async () => {
    const loaded = await session.workspace();
    return { file: loaded.file, defaultTenant: loaded.defaultTenant, tenants: loaded.inspect() };
  });
}
