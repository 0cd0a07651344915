/** `scim/tenants` and `scim/vendors`. */

import { type ResultOf, workspace } from '../../protocol/index.js';
import { find, names } from '../../vendors/index.js';
import type { VendorProfile } from '../../vendors/profile.js';
import { renderProfile } from '../../vendors/render.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

export function registerWorkspace(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(workspace.tenants, async () => {
    const loaded = await session.workspace();
    return { file: loaded.file, defaultTenant: loaded.defaultTenant, tenants: loaded.inspect() };
  });
  dispatcher.request(workspace.vendors, async (params) => {
    const { name, tenant } = params ?? {};
    const profiles =
      tenant === undefined
        ? (name === undefined ? names() : [name]).map(find)
        : [(await session.workspace()).vendorProfile(tenant)];
    return { vendors: profiles.filter((profile) => profile !== undefined).map(view) };
  });
}

function view(profile: VendorProfile): ResultOf<typeof workspace.vendors>['vendors'][number] {
  const { name, title, aliases, roles } = profile;
  return { name, title, aliases: [...aliases], roles: [...roles], text: renderProfile(profile) };
}
