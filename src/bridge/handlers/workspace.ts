/** `scim/tenants` and `scim/vendors`. */

import type { ResultOf } from '../../protocol/index.js';
import * as workspace from '../../protocol/workspace.js';
import { find, names } from '../../vendors/index.js';
import type { VendorProfile } from '../../vendors/profile.js';
import { renderProfile } from '../../vendors/render.js';
import type { TenantInfo } from '../../workspace/workspace.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

export function registerWorkspace(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(workspace.tenants, async () => {
    const loaded = await session.workspace();
    return {
      file: loaded.file,
      defaultTenant: loaded.defaultTenant,
      tenants: loaded.inspect().map((tenant) => standInView(tenant, session)),
    };
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

/** TENANT as it is shown; with the mock server that stands in for it, if one does. */
function standInView(tenant: TenantInfo, session: Session): TenantInfo & { mock?: string } {
  const standIn = session.attached.of(tenant.name);
  if (standIn === undefined) return tenant;
  const { name: mock, access } = standIn;
  const problems = access === undefined ? [`the mock server ${mock}, which stands in for it, has ended`] : [];
  return { ...tenant, mock, baseUrl: access?.baseUrl.href ?? null, auth: access?.auth.scheme ?? 'none', problems };
}

function view(profile: VendorProfile): ResultOf<typeof workspace.vendors>['vendors'][number] {
  const { name, title, aliases, roles } = profile;
  return { name, title, aliases: [...aliases], roles: [...roles], text: renderProfile(profile) };
}
