/**
 * `/__mock/…`: the controls of a mock server over HTTP, for tests in any language. It is beside the service, and for
 * programs on the same machine only: not for other machines, and not for web pages.
 */

import * as z from 'zod';
import { dateTime, duration } from '../config/values.js';
import { ScimError } from '../scim/error.js';
import type { JsonValue } from '../scim/json.js';
import { lineOf, type MockControl } from './control.js';
import { faultsSchema } from './file/faults.js';
import { emptyResponse, jsonResponse, type MockRequest, type MockResponse } from './message.js';

const root = '/__mock';

const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };

const clockBody = z.union(
  [z.strictObject({ advance: duration }), z.strictObject({ set: dateTime })],
  'must be {"advance": "30d"} or {"set": "2026-01-31T08:00:00Z"}',
);

const tokenBody = z.union(
  [
    z.strictObject({ revoke: z.string() }),
    z.strictObject({
      allow: z.strictObject({
        name: z.string().min(1),
        value: z.string().min(1),
        user: z.string().exactOptional(),
        expires: dateTime.exactOptional(),
      }),
    }),
  ],
  'must be {"revoke": NAME} or {"allow": {"name": NAME, "value": TOKEN}}',
);

/** A refusal of the endpoint itself. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly allow?: string,
  ) {
    super(message);
  }
}

type Action = (request: MockRequest) => MockResponse;

/** The endpoint for one server. */
export class ControlEndpoint {
  private readonly routes: Readonly<Record<string, Readonly<Partial<Record<string, Action>>>>>;

  constructor(private readonly control: MockControl) {
    this.routes = {
      '/status': { GET: () => json(control.status()) },
      '/requests': { GET: (request) => json({ requests: this.requests(request) }) },
      '/file': { GET: () => this.file() },
      '/changes': { GET: () => json({ changes: control.changes() }) },
      '/clock': { POST: (request) => this.clock(request) },
      '/tokens': { POST: (request) => this.tokens(request) },
      '/faults': { PUT: (request) => this.setFaults(request), DELETE: () => this.clearFaults() },
      '/reset': { POST: () => this.reset() },
    };
  }

  /** Is TARGET, path and query, one of this endpoint? */
  static owns(target: string): boolean {
    return target.startsWith(`${root}/`) || target === root;
  }

  /** The answer to REQUEST from the address PEER. */
  handle(request: MockRequest, peer: string | undefined): MockResponse {
    try {
      refuseStrangers(request, peer);
      return this.action(request)(request);
    } catch (error) {
      return refused(error);
    }
  }

  private action({ method, target }: MockRequest): Action {
    const path = target.slice(root.length).replace(/\?.*$/s, '').replace(/\/$/, '');
    const methods = Object.hasOwn(this.routes, path) ? this.routes[path] : undefined;
    if (!methods) throw new Refusal(404, `There is nothing here; there are ${Object.keys(this.routes).join(', ')}.`);
    const action = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (action) return action;
    const allow = Object.keys(methods).join(', ');
    throw new Refusal(405, `${method} is not possible here; ${allow} is.`, allow);
  }

  private file(): MockResponse {
    const type = 'application/yaml;charset=utf-8';
    return { status: 200, headers: { ...headers, 'content-type': type }, body: Buffer.from(this.control.file()) };
  }

  private requests({ target }: MockRequest) {
    const parameters = new URLSearchParams(target.split('?')[1]);
    const since = Number(parameters.get('since') ?? 0);
    if (!Number.isSafeInteger(since) || since < 0) throw new Refusal(400, 'since must be the number of a request.');
    const lines = this.control.requests(since);
    return parameters.get('bodies') === 'true'
      ? lines.map(({ number }) => this.control.request(number))
      : lines.map((line) => lineOf(line));
  }

  private clock(request: MockRequest): MockResponse {
    const asked = bodyOf(request, clockBody);
    if ('advance' in asked) this.control.advance(asked.advance);
    else this.control.setClock(asked.set);
    return json(this.control.status().clock);
  }

  private tokens(request: MockRequest): MockResponse {
    const asked = bodyOf(request, tokenBody);
    if ('revoke' in asked) this.control.revokeToken(asked.revoke);
    else this.control.allowToken(asked.allow);
    return json({ tokens: this.control.status().tokens });
  }

  private setFaults(request: MockRequest): MockResponse {
    this.control.setFaults(bodyOf(request, faultsSchema));
    return json({ faults: this.control.status().faults });
  }

  private clearFaults(): MockResponse {
    this.control.setFaults([]);
    return emptyResponse(204);
  }

  private reset(): MockResponse {
    this.control.reset();
    return json(this.control.status());
  }
}

function json(value: object): MockResponse {
  return jsonResponse(200, JSON.stringify(value), headers);
}

/**
 * Whoever is not on this machine is refused, and so is a web page: browsers tell its origin, and a name that an attacker
 * has pointed at this machine is not one that we go by.
 */
function refuseStrangers({ headers: given }: MockRequest, peer: string | undefined): void {
  if (peer === undefined || !/^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(peer)) {
    throw new Refusal(403, 'Only programs on the machine of the server may control it.');
  }
  if (given.origin !== undefined) throw new Refusal(403, 'Web pages may not control the server.');
  const host = given.host?.replace(/:\d+$/, '') ?? '';
  if (!/^(localhost|\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])$/i.test(host)) {
    throw new Refusal(403, 'Ask localhost or an IP address, not another name of this machine.');
  }
}

/** The body of REQUEST as SCHEMA wants it. @throws Refusal 400, 415 */
function bodyOf<T extends z.ZodType>(request: MockRequest, schema: T): z.output<T> {
  // A form, which any web page can send, is not JSON.
  if (!/^application\/([\w.-]+\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'Send application/json.');
  }
  const { data, error } = schema.safeParse(jsonIn(request));
  if (error === undefined) return data;
  const problems = error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw new Refusal(400, problems.join('; '));
}

function jsonIn({ body }: MockRequest): JsonValue {
  if ('problem' in body) throw new Refusal(400, 'The body is too large, or no UTF-8.');
  try {
    return JSON.parse(body.text);
  } catch {
    throw new Refusal(400, 'The body is no JSON.');
  }
}

function refused(error: unknown): MockResponse {
  const status = error instanceof Refusal ? error.status : error instanceof ScimError ? 400 : 500;
  const message = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof ScimError ? error.remedy : undefined;
  const allow = error instanceof Refusal && error.allow !== undefined ? { allow: error.allow } : {};
  return jsonResponse(status, JSON.stringify({ error: message, ...(remedy && { remedy }) }), { ...headers, ...allow });
}
