/** Exchanges a client's credentials for an access token (RFC 6749 §4.4), and says clearly why there is none. */

import { randomUUID } from 'node:crypto';
import type { Redactor } from '../../redact/redact.js';
import { CancelledError, InvalidResponseError, NetworkError, ScimError, TokenError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { type Exchange, nextExchangeId, recordExchange } from '../exchange.js';
import type { KnownSecrets } from '../live-redactor.js';
import type { HttpAnswer, HttpSession, Observation } from '../session.js';
import type { OAuth2Options } from './options.js';
import { type TokenRequest, tokenRequest } from './token-request.js';

export interface AccessToken {
  readonly value: string;
  /** undefined when the authorization server does not say (RFC 6749 §5.1). */
  readonly lifetimeMs: number | undefined;
}

/** What an exchange with the token endpoint needs besides the credentials. */
export interface TokenSurroundings {
  readonly tenant: string;
  /** The connection to the origin of the token endpoint. */
  readonly session: Pick<HttpSession, 'send' | 'peer'>;
  readonly secrets: KnownSecrets;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** Which of two credentials it is that asks; undefined when there is one. */
  readonly credential?: Exchange['credential'];
}

/** One exchange on its way. */
interface Asking {
  readonly options: OAuth2Options;
  readonly surroundings: TokenSurroundings;
  readonly asked: string;
  readonly redactor: Redactor;
}

/**
 * A new access token. Throws `TokenError` when the authorization server refuses or its answer is no token response,
 * `NetworkError` when there was no answer (the request that the token was for was not sent), `CancelledError`.
 */
export async function fetchToken(
  options: OAuth2Options,
  surroundings: TokenSurroundings,
  signal: AbortSignal,
): Promise<AccessToken> {
  const request = signedRequest(options, surroundings);
  request.headers.push(['User-Agent', surroundings.userAgent]);
  const redactor = surroundings.secrets.redactor.with(request.secrets);
  const asked = `POST ${redactor.url(options.tokenUrl.href)}`;
  const asking: Asking = { options, surroundings, asked, redactor };
  return traced(asking, request, async (observed) => {
    const answer = await send(asking, request, observed, signal);
    return { answer, token: readToken(asking, answer) };
  });
}

function signedRequest(options: OAuth2Options, { wall }: TokenSurroundings): TokenRequest {
  try {
    return tokenRequest(options, wall(), randomUUID());
  } catch (error) {
    throw new TokenError('The client assertion cannot be signed with the private key', undefined, {
      remedy:
        'Give an unencrypted PEM key of the kind that `algorithm` needs: RSA for RS256 and PS256, P-256 for ES256.',
      // The original may quote the key.
      cause: error instanceof Error && 'code' in error ? new Error(String(error.code)) : undefined,
    });
  }
}

async function send(
  { options, surroundings, asked, redactor }: Asking,
  { headers, body }: TokenRequest,
  observed: Observation,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const path = options.tokenUrl.pathname + options.tokenUrl.search;
  const { timeoutMs } = surroundings;
  const request = {
    method: 'POST',
    path,
    headers,
    body,
    timeoutMs,
    signal,
    asked: () => asked,
    redactor: () => redactor,
  };
  try {
    return await surroundings.session.send(request, observed);
  } catch (error) {
    if (error instanceof NetworkError) {
      const { code, message, remedy, cause } = error;
      throw new NetworkError(code, `No access token: ${message}`, 'notSent', { asked, remedy, cause });
    }
    if (error instanceof InvalidResponseError) {
      throw new TokenError(`No access token: ${error.message}`, error.status, { asked, remedy: tokenUrlRemedy });
    }
    throw error;
  }
}

const tokenUrlRemedy = 'Check auth.tokenUrl: it must be the token endpoint of the authorization server.';

/** RFC 6749 §5.2. */
const remedies: Readonly<Record<string, string>> = {
  invalid_client:
    'Check auth.clientId and the secret, key or certificate, and whether auth.method is what the client is registered for.',
  invalid_scope: 'Check auth.scope, and whether the client was granted it.',
  unauthorized_client: 'Permit the client the grant type client_credentials.',
  unsupported_grant_type: 'Permit the grant type client_credentials, or use another authorization server.',
  invalid_grant: 'Check the key and auth.assertionAudience.',
  invalid_request: 'Check auth.method, auth.scope and auth.audience.',
};

function readToken({ options, surroundings, asked, redactor }: Asking, answer: HttpAnswer): AccessToken {
  const { peer } = surroundings.session;
  const json = parsed(answer.text);
  if (answer.status !== 200) throw refusal(answer, json, { peer, asked, redactor });
  const value = json?.access_token;
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    const what = json === undefined ? 'is not JSON' : 'has no access_token';
    const message = `The answer of the token endpoint ${peer} ${what}`;
    throw new TokenError(message, answer.status, { asked, remedy: tokenUrlRemedy });
  }
  surroundings.secrets.learn(value);
  const type = json?.token_type;
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') {
    const message = `The token endpoint ${peer} gives a token of type ${told(redactor, type)}, not a bearer token`;
    throw new TokenError(message, answer.status, {
      asked,
      remedy: `Have client ${options.clientId} registered for bearer tokens.`,
    });
  }
  return { value, lifetimeMs: lifetime(json?.expires_in) };
}

/** Some authorization servers write the seconds as a string. */
function lifetime(seconds: JsonValue | undefined): number | undefined {
  const number = typeof seconds === 'string' && /^\d+$/.test(seconds) ? Number(seconds) : seconds;
  return typeof number === 'number' && number > 0 ? number * 1000 : undefined;
}

function refusal(
  { status, reason }: HttpAnswer,
  json: JsonObject | undefined,
  { peer, asked, redactor }: { peer: string; asked: string; redactor: Redactor },
): TokenError {
  const { error, error_description: description } = json ?? {};
  const said = [error, description].filter((part) => typeof part === 'string').map((part) => told(redactor, part));
  const what = said.length > 0 ? said.join(': ') : reason;
  const known = typeof error === 'string' ? remedies[error] : undefined;
  const remedy = known ?? (status >= 500 || status === 429 ? 'Try again later.' : tokenUrlRemedy);
  const message = `The token endpoint ${peer} gives no access token: ${what} (${status})`;
  // Some authorization servers say invalid_client with status 400, others 401 with words of their own.
  return new TokenError(message, status, { asked, remedy }, status === 401 || error === 'invalid_client');
}

/** TEXT of the server, for a message. */
function told(redactor: Redactor, text: string): string {
  return redactor
    .text(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: JsonValue = JSON.parse(text);
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Runs WORK and tells the log about the exchange, whatever becomes of it. */
async function traced(
  { options, surroundings, redactor }: Asking,
  request: TokenRequest,
  work: (observed: Observation) => Promise<{ answer: HttpAnswer; token: AccessToken }>,
): Promise<AccessToken> {
  const id = nextExchangeId();
  const startedAt = new Date(surroundings.wall());
  const started = performance.now();
  const observed: Observation = { attempts: 0, status: undefined, headers: [], bytes: 0 };
  const record = (text: string | undefined, error: { code: string; message: string } | undefined): void => {
    const { status, headers, attempts, bytes, marks } = observed;
    const exchange = recordExchange(
      id,
      {
        tenant: surroundings.tenant,
        purpose: 'token',
        startedAt,
        durationMs: performance.now() - started,
        attempts,
        responseBytes: bytes,
        marks,
        credential: surroundings.credential,
        request: { method: 'POST', url: options.tokenUrl.href, headers: request.headers, body: request.body },
        response: status === undefined ? undefined : { status, headers, text },
        error,
      },
      () => redactor,
    );
    surroundings.onExchange?.(exchange);
  };
  try {
    const { answer, token } = await work(observed);
    record(answer.text, undefined);
    return token;
  } catch (error) {
    const known = error instanceof ScimError ? error : new CancelledError();
    record(undefined, { code: known.code, message: known.message });
    throw error;
  }
}
