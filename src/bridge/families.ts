/**
 * The families of methods that are registered when the first of their methods is called. What every session needs
 * (`initialize`, documents, the workspace) is registered at once, in connection.ts.
 */

import type { Notify } from './connection.js';
import type { Dispatcher } from './dispatch.js';
import type { Mocks } from './mocks.js';
import type { Session } from './session.js';

/** Register the families; the mock servers that one of them starts are told to ONMOCKS. */
export function registerFamilies(
  dispatcher: Dispatcher,
  session: Session,
  notify: Notify,
  onMocks: (mocks: Mocks) => void,
): void {
  dispatcher.family(['scim/request/', 'scim/report/'], async () => {
    const { Reports } = await import('./reports.js');
    const reports = new Reports(notify);
    (await import('./handlers/requests.js')).registerRequests(dispatcher, session, reports, notify);
    (await import('./handlers/reports.js')).registerReports(dispatcher, reports);
  });
  dispatcher.family(['scim/resource/', 'scim/deviations', 'scim/schema/'], async () => {
    (await import('./handlers/resources.js')).registerResources(dispatcher, session, notify);
    (await import('./handlers/schemas.js')).registerSchemas(dispatcher, session, notify);
    (await import('./handlers/scripts.js')).registerScripts(dispatcher, session);
  });
  dispatcher.family(['scim/trace/', 'scim/replay/'], async () => {
    (await import('./handlers/trace.js')).registerTrace(dispatcher, session, notify);
  });
  dispatcher.family(['scim/secrets/', 'scim/trust/'], async () => {
    (await import('./handlers/secrets.js')).registerSecrets(dispatcher, session);
  });
  dispatcher.family(['scim/env/'], async () => {
    (await import('./handlers/env.js')).registerEnv(dispatcher, session, notify);
    (await import('./handlers/inventory.js')).registerInventory(dispatcher, session);
  });
  dispatcher.family(['scim/tenant/'], async () => {
    (await import('./handlers/tenants.js')).registerTenants(dispatcher, session);
  });
  dispatcher.family(['scim/doctor', 'scim/doctor/'], async () => {
    (await import('./handlers/doctor.js')).registerDoctor(dispatcher, session, notify);
  });
  dispatcher.family(['scim/rotate'], async () => {
    (await import('./handlers/rotate.js')).registerRotate(dispatcher, session);
  });
  dispatcher.family(['scim/mock/'], async () => {
    const { Mocks } = await import('./mocks.js');
    const mocks = new Mocks(session, notify);
    onMocks(mocks);
    (await import('./handlers/mocks.js')).registerMocks(dispatcher, session, mocks);
  });
  dispatcher.family(['scim/filter/'], async () => {
    (await import('./handlers/filters.js')).registerFilters(dispatcher, session, notify);
  });
  dispatcher.family(['scim/lookup/', 'scim/members/'], async () => {
    (await import('./handlers/lookup.js')).registerLookup(dispatcher, session, notify);
  });
  dispatcher.family(['scim/repl/'], async () => {
    (await import('./handlers/repl.js')).registerRepl(dispatcher, session, notify);
  });
  dispatcher.family(['scim/action/', 'scim/compare/'], async () => {
    (await import('./handlers/actions.js')).registerActions(dispatcher, session, notify);
  });
  dispatcher.family(['scim/browse/'], async () => {
    (await import('./handlers/browse.js')).registerBrowse(dispatcher, session, notify);
  });
  dispatcher.family(['scim/edit/'], async () => {
    (await import('./handlers/edit.js')).registerEdit(dispatcher, session, notify);
  });
}
