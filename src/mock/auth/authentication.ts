/** Who may use the service: the schemes as one step in front of it. */

import { UsageError } from '../../scim/error.js';
import type { MockRequest } from '../message.js';
import type { Middleware } from '../middleware.js';
import { apiKeyScheme } from './api-key.js';
import { basicScheme } from './basic.js';
import { bearerScheme } from './bearer.js';
import { mtlsScheme } from './mtls.js';
import { oauth2Scheme } from './oauth2.js';
import type { Scheme, TokenControl } from './scheme.js';
import type { AuthSettings } from './settings.js';

/** What authentication takes from the server around it. */
export interface AuthenticationPlace {
  /** The time by which secrets expire. */
  readonly now: () => Date;
  /** An access token that nobody has had before. */
  readonly newToken: () => string;
  /** Base URL of the service, without a trailing slash. */
  readonly baseUrl: string;
  /** Whether a request without any credential is let through. */
  isPublic(request: MockRequest): boolean;
}

/** Authentication of one server. */
export interface Authentication {
  /** Answers what is for the token endpoint; it is no part of the service, nor of its limits. */
  readonly endpoint: Middleware | undefined;
  /** Undefined when everybody is let in. Sets `principal` of what it lets through. */
  readonly step: Middleware | undefined;
  readonly tokens: TokenControl;
  /** What REQUEST proves itself with counts as expired from now on. */
  expire(request: MockRequest): void;
}

/** Authentication as SETTINGS want it. @throws UsageError for settings that cannot be */
export function authentication(settings: AuthSettings, place: AuthenticationPlace): Authentication {
  const scheme = schemeOf(settings, place);
  if (!scheme) return everybody;
  const { intercept } = scheme;
  return {
    endpoint: intercept && ((request, next) => intercept(request) ?? next(request)),
    step: stepOf(scheme, place),
    tokens: scheme.tokens,
    expire: (request) => scheme.expire(request),
  };
}

function schemeOf(settings: AuthSettings, place: AuthenticationPlace): Scheme | undefined {
  switch (settings.scheme) {
    case 'none':
      return undefined;
    case 'bearer':
      return bearerScheme(settings.tokens, place.now);
    case 'basic':
      return basicScheme(settings.users, place.now);
    case 'apiKey':
      return apiKeyScheme(settings.header, settings.keys, place.now);
    case 'oauth2':
      return oauth2Scheme(settings, place);
    case 'mtls':
      return mtlsScheme();
  }
}

function stepOf(scheme: Scheme, { isPublic }: AuthenticationPlace): Middleware {
  return (request, next) => {
    if (!scheme.carries(request) && isPublic(request)) return next(request);
    const outcome = scheme.check(request);
    return 'status' in outcome ? outcome : next({ ...request, principal: outcome });
  };
}

const everybody: Authentication = {
  endpoint: undefined,
  step: undefined,
  tokens: {
    list: () => [],
    revoke: () => false,
    allow: () => {
      throw new UsageError('This server lets everybody in: give it a scheme under auth first');
    },
  },
  expire: () => undefined,
};
