/** A person at a workbench: a mock server with people of many tongues, a workspace for it, and an Emacs on a terminal. */

import type { MockOptions } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { inEmacs, type Terminal, type TerminalOptions } from './terminal.js';

const token = 'workbench-s3cret-token';

/** The environment variable with the token of all services. */
export const tokenVariable: Readonly<Record<string, string>> = { SCIM_AUTH_TOKEN: token };

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** A request as the journal of the mock server tells it. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestHeaders: readonly (readonly [name: string, value: string])[];
  readonly requestBody?: string;
}

/** The value of the header NAME, in lower case, of the request ARRIVED. */
export function headerOf(arrived: Arrived | undefined, name: string): string | undefined {
  return arrived?.requestHeaders.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** A mock server, and what another person does to it behind the back of Emacs. */
export class Service {
  private constructor(private readonly mock: Mock) {}

  static async start(options: MockOptions = {}): Promise<Service> {
    return new Service(await startMock({ tokens: [token], ...options }));
  }

  get url(): string {
    return this.mock.url;
  }

  close(): Promise<void> {
    return this.mock.close();
  }

  /** What another client gets for METHOD and PATH, such as `/Users/28`, with BODY. Throws when it is refused. */
  async other(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }

  /** Creates a user with ATTRIBUTES, and returns its id. */
  async user(attributes: object): Promise<string> {
    return String((await this.other('POST', '/Users', { schemas: [userUrn], ...attributes })).id);
  }

  /** Changes the attribute PATH of the user with ID to VALUE, as another person. */
  async change(id: string, path: string, value: unknown): Promise<void> {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    await this.other('PATCH', `/Users/${id}`, { schemas, Operations: [{ op: 'replace', path, value }] });
  }

  /** How many requests have arrived. */
  async count(): Promise<number> {
    const { requests } = await this.control('status');
    return Number(requests);
  }

  /** What has arrived after request number SINCE and was not a GET. */
  async writes(since = 0): Promise<Arrived[]> {
    const { requests } = await this.control(`requests?since=${since}&bodies=true`);
    const all: Arrived[] = Array.isArray(requests) ? requests : [];
    return all.filter(({ method }) => method !== 'GET');
  }

  /** Has the mock server do FAULTS, as mock files have them. */
  async faults(faults: readonly object[]): Promise<void> {
    await this.control('faults', { method: 'PUT', body: JSON.stringify(faults) });
  }

  private async control(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
    const url = new URL(`/__mock/${path}`, this.url);
    const answer = await fetch(url, { ...init, headers: { 'content-type': 'application/json' } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return JSON.parse(await answer.text());
  }
}

/** The scim.yaml of a workspace with SERVICES as tenants, by their names. */
export function workspaceOf(services: Readonly<Record<string, Service>>): Record<string, string> {
  const tenants = Object.entries(services).map(
    ([name, { url }]) => `  ${name}:\n    baseUrl: ${url}\n    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }\n`,
  );
  return { 'scim.yaml': `tenants:\n${tenants.join('')}` };
}

/** Runs TEST with an Emacs in a workspace whose only tenant, staging, is SERVICE. */
export function atWorkbench(
  service: Service,
  test: (emacs: Terminal) => Promise<void>,
  options: TerminalOptions = {},
): Promise<void> {
  const files = { ...workspaceOf({ staging: service }), ...options.files };
  const environment = { ...tokenVariable, ...options.environment };
  return inEmacs({ ...options, files, environment }, test);
}
