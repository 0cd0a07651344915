/** Requests of other tools, and of the log, as text for request files. */
import { readCurl } from '../document/import/curl.js';
import { readHttpFile } from '../document/import/http.js';
import type { ImportContext, Imported, ImportedFile, KnownTenant } from '../document/import/model.js';
import { readPostman } from '../document/import/postman.js';
import { writeRequests } from '../document/import/write.js';
import type { AuthOptions } from '../http/auth/options.js';
import type { ParamsOf, requests as protocol, ResultOf } from '../protocol/index.js';
import { isSensitiveHeader, isSensitiveName } from '../redact/sensitive.js';
import { ScimError, UsageError } from '../scim/error.js';
import type { Session } from './session.js';
import type { Traced } from './trace.js';

type Result = ResultOf<typeof protocol.importRequests>;

/** The requests in CONTENT, which is of FORMAT; TAKEN names are not given again. */
export async function importRequests(
  session: Session,
  { format, taken }: Pick<ParamsOf<typeof protocol.importRequests>, 'format' | 'taken'>,
  content: string,
): Promise<Result> {
  const readers = { curl: readCurl, http: readHttpFile, postman: readPostman };
  const file = readers[format](content);
  if (file.requests.length === 0) throw new UsageError('There is no request in this text');
  return told(session, await written(session, file, taken));
}

/** The exchange ID of the log as a request. */
export async function requestOfExchange(session: Session, id: number): Promise<Result> {
  const traced = session.trace.find(id);
  if (traced === undefined) {
    throw new UsageError('This exchange is not kept any more', { remedy: 'Send the request again.' });
  }
  return requestOfTraced(session, traced);
}

/** The exchange TRACED, of this bridge or of an archive, as a request. */
export async function requestOfTraced(session: Session, traced: Traced): Promise<Result> {
  const { exchange } = traced;
  const { method, url, headers, body } = exchange.original();
  const notes = [`${exchange.startedAt.toISOString()}, tenant ${exchange.tenant}, ${exchange.status ?? 'no answer'}`];
  // The credential is the tenant's, however it got it.
  const own = headers.filter(([name]) => !isSensitiveHeader(name));
  const file: ImportedFile = {
    variables: [],
    requests: [{ method, url, headers: own, body, notes }],
    warnings: [],
  };
  const tenants = await tenantsOf(session);
  const known = traced.settings.baseUrl;
  const here = known && { name: exchange.tenant, baseUrl: known.href, sends: () => true };
  return told(session, writeRequests(file, contextOf(here === undefined ? tenants : [here, ...tenants], [])));
}

async function written(session: Session, file: ImportedFile, taken: readonly string[]): Promise<Imported> {
  return writeRequests(file, contextOf(await tenantsOf(session), taken));
}

function contextOf(tenants: readonly KnownTenant[], taken: readonly string[]): ImportContext {
  return { tenants, taken, isSecretName: isSensitiveName, isSecretHeader: isSensitiveHeader };
}

async function told(session: Session, { text, tenant, warnings }: Imported): Promise<Result> {
  return { text: await session.texts.send(text), tenant: tenant ?? null, warnings: [...warnings] };
}

/** The tenants whose base URL and credential can be had without asking anybody. */
async function tenantsOf(session: Session): Promise<KnownTenant[]> {
  const workspace = await session.workspace();
  const names = workspace.tenantNames.length > 0 ? workspace.tenantNames : [workspace.defaultTenant ?? 'default'];
  const found = await Promise.all(names.map((name) => tenantCalled(session, name)));
  return found.filter((tenant) => tenant !== undefined);
}

async function tenantCalled(session: Session, name: string): Promise<KnownTenant | undefined> {
  try {
    const settings = session.connected(name)?.settings ?? (await session.settings(name));
    const tokens = tokensOf(settings.auth);
    return {
      name: settings.name,
      baseUrl: settings.baseUrl.href,
      sends: (value) => tokens.includes(value.replace(/^(?:Bearer|Basic)\s+/i, '')),
    };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return undefined;
  }
}

/** The secrets that a tenant with AUTH puts into the `Authorization` header. */
function tokensOf(auth: AuthOptions): readonly (string | undefined)[] {
  if (auth.scheme === 'bearer') return [auth.token, auth.previousToken];
  if (auth.scheme !== 'basic') return [];
  return [auth.password, auth.previousPassword].flatMap((password) =>
    password === undefined ? [] : [Buffer.from(`${auth.username}:${password}`).toString('base64')],
  );
}
