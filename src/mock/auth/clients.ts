/** RFC 6749 §2.3 and RFC 7523 §2.2: how a client proves to the token endpoint which one it is. */

import { createPublicKey, type KeyObject } from 'node:crypto';
import { UsageError } from '../../scim/error.js';
import type { MockRequest } from '../message.js';
import { AssertionVerifier } from './assertion.js';
import { basicPair } from './basic.js';
import { type CredentialState, Credentials } from './credentials.js';
import { OAuthError } from './oauth-response.js';
import type { ClientSettings } from './settings.js';

/** A client that has proved itself. */
interface OAuthClient {
  readonly id: string;
  readonly user: string | undefined;
}

interface KnownClient extends OAuthClient {
  readonly publicKey: KeyObject | undefined;
  /** Neither secret nor key: its certificate is enough (RFC 8705 §2.1). */
  readonly byCertificate: boolean;
  revoked: boolean;
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The clients of a token endpoint. */
export class OAuthClients {
  private readonly clients = new Map<string, KnownClient>();
  /** Secrets never expire by themselves. */
  private readonly secrets = new Credentials(() => new Date(0));
  private readonly verifier: AssertionVerifier;

  /** AUDIENCES are the names by which assertions may call this server. @throws UsageError for a client that cannot be */
  constructor(clients: readonly ClientSettings[], audiences: readonly string[]) {
    this.verifier = new AssertionVerifier(audiences);
    for (const client of clients) this.allow(client);
  }

  /** Lets CLIENT in, beside the secrets that it has already. @throws UsageError for one that cannot be */
  allow({ id, secret, publicKey, user }: ClientSettings): void {
    if (id === '') throw new UsageError('A client of the token endpoint has an empty id');
    if (secret === '') throw new UsageError(`The secret of the client ${JSON.stringify(id)} is empty`);
    const before = this.clients.get(id);
    this.clients.set(id, {
      id,
      user: user ?? before?.user,
      publicKey: publicKey === undefined ? before?.publicKey : keyFrom(publicKey, id),
      byCertificate: secret === undefined && publicKey === undefined,
      revoked: false,
    });
    if (secret !== undefined) this.secrets.allow({ name: id, value: pairOf(id, secret) });
  }

  /** Gives the client called ID no more tokens. Returns false when there is none. */
  revoke(id: string): boolean {
    const client = this.clients.get(id);
    if (!client) return false;
    client.revoked = true;
    this.secrets.revoke(id);
    return true;
  }

  list(): CredentialState[] {
    return [...this.clients.values()].map(({ id, revoked }) => ({ name: id, state: revoked ? 'revoked' : 'valid' }));
  }

  /**
   * The client that REQUEST, with the parameters FORM, is from.
   * @throws OAuthError `invalid_client`, or `invalid_request` when it tries to prove it in two ways
   */
  prove(request: MockRequest, form: ReadonlyMap<string, string>): OAuthClient {
    const { authorization } = request.headers;
    const ways = [authorization, form.get('client_secret'), form.get('client_assertion')];
    if (ways.filter((way) => way !== undefined).length > 1) {
      throw new OAuthError('invalid_request', 'The client authenticates in more than one way');
    }
    if (authorization !== undefined) return this.byBasic(authorization);
    if (form.has('client_assertion')) return this.byAssertion(form);
    const id = form.get('client_id');
    const secret = form.get('client_secret');
    if (id !== undefined && secret !== undefined) return this.bySecret(id, secret);
    const named = id === undefined ? undefined : this.clients.get(id);
    if (named?.byCertificate && request.clientName === id) return checked(named);
    throw new OAuthError('invalid_client', 'The request does not authenticate the client');
  }

  /** RFC 6749 §2.3.1: both parts are form-encoded first. */
  private byBasic(authorization: string): OAuthClient {
    const pair = basicPair(authorization);
    if (pair === undefined) throw new OAuthError('invalid_client', 'The Authorization header is not Basic');
    const colon = pair.indexOf(':');
    return this.bySecret(formDecoded(pair.slice(0, colon)), formDecoded(pair.slice(colon + 1)));
  }

  private bySecret(id: string, secret: string): OAuthClient {
    const known = typeof this.secrets.find(pairOf(id, secret)) !== 'string';
    return checked(known ? this.clients.get(id) : undefined);
  }

  private byAssertion(form: ReadonlyMap<string, string>): OAuthClient {
    if (form.get('client_assertion_type') !== jwtBearer) {
      throw new OAuthError('invalid_request', `client_assertion_type must be ${jwtBearer}`);
    }
    const subject = this.verifier.verify(form.get('client_assertion') ?? '', (id) => this.clients.get(id)?.publicKey);
    const id = form.get('client_id');
    if (id !== undefined && id !== subject) {
      throw new OAuthError('invalid_client', 'client_id is not the subject of the assertion');
    }
    return checked(this.clients.get(subject));
  }
}

function checked(client: KnownClient | undefined): OAuthClient {
  if (client && !client.revoked) return client;
  throw new OAuthError('invalid_client', 'The client is not known, or its secret is wrong');
}

function pairOf(id: string, secret: string): string {
  return JSON.stringify([id, secret]);
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new OAuthError('invalid_client', 'The Authorization header is not form-encoded before base64');
  }
}

function keyFrom(pem: string, id: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new UsageError(`The public key of the client ${JSON.stringify(id)} cannot be read; give it in PEM`);
  }
}
