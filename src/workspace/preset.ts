/** Presets: what a tenant of a known service needs to be asked for, and how its entry in `scim.yaml` then looks. */

import { isReference } from '../config/reference.js';
import { UsageError } from '../scim/error.js';
import { find, names } from '../vendors/index.js';
import { checkBasePath, checkBaseUrl } from './check.js';

/** One question. */
export interface PresetField {
  readonly name: string;
  /** As a person is asked. */
  readonly prompt: string;
  /** Where the answer is found, as a sentence. */
  readonly help: string;
  readonly kind: 'url' | 'text' | 'secret' | 'choice';
  readonly example?: string;
  readonly initial?: string;
  readonly choices?: readonly string[];
}

/** What a preset says about how the client proves who it is; `{field}` stands for an answer. */
type AuthLines = readonly (readonly [key: string, value: string, comment?: string])[];

/** A kind of tenant. */
export interface Preset {
  readonly name: string;
  readonly title: string;
  /** What such a tenant is, as a sentence. */
  readonly summary: string;
  readonly vendor: string;
  readonly fields: readonly PresetField[];
  /** The base URL; `{field}` stands for an answer. */
  readonly baseUrl: string;
  readonly auth: AuthLines;
}

const baseUrl: PresetField = {
  name: 'baseUrl',
  prompt: 'Base URL',
  help: 'The SCIM base URL of the service, up to the version and without /Users.',
  kind: 'url',
  example: 'https://example.com/scim/v2',
};

function token(help: string): PresetField {
  return { name: 'token', prompt: 'Bearer token', help, kind: 'secret' };
}

function text(name: string, prompt: string, example: string, help: string): PresetField {
  return { name, prompt, help, kind: 'text', example };
}

const bearer: AuthLines = [
  ['scheme', 'bearer'],
  ['token', '{token}', 'a reference: the token itself does not belong here'],
];

/** The first URL that the profile of VENDOR knows, with the answers' places in it. */
function urlOf(vendor: string): string {
  const [url] = find(vendor)?.facts.base.urls.value ?? [];
  return url ?? '{baseUrl}';
}

/** A service that VENDOR provisions to: requests are written as VENDOR writes them. */
function client(name: string, vendor: string, title: string): Preset {
  return {
    name,
    title,
    summary: `A SCIM service that ${title.replace(/,.*/, '')} provisions to, spoken to as it does.`,
    vendor,
    fields: [baseUrl, token('The token that the service gave you for the connection.')],
    baseUrl: '{baseUrl}',
    auth: bearer,
  };
}

/** Built when it is asked for: the profiles are large. */
function build(): readonly Preset[] {
  return [
    client('onelogin', 'onelogin', 'OneLogin'),
    {
      name: 'okta',
      title: 'Okta',
      summary: 'The Inbound SCIM server of an Okta organisation.',
      vendor: 'okta',
      fields: [
        text('yourOktaDomain', 'Okta domain', 'acme.okta.com', 'The host of the Okta organisation.'),
        text('connectionId', 'Connection id', '0oa1b2c3', 'In the Admin Console, beside the inbound connection.'),
        token('Made in the Admin Console with the inbound connection; it is shown once.'),
      ],
      baseUrl: urlOf('okta'),
      auth: bearer,
    },
    client('okta-client', 'okta', 'Okta, as client'),
    {
      name: 'entra-id',
      title: 'Microsoft Entra ID',
      summary: 'The SCIM server of a Microsoft Entra directory.',
      vendor: 'entra-id',
      fields: [
        text(
          'directory',
          'Directory (tenant) id',
          '00000000-0000-0000-0000-000000000000',
          'In the overview of Entra ID.',
        ),
        text('clientId', 'Application (client) id', '00000000-0000-0000-0000-000000000000', 'Of the app registration.'),
        {
          name: 'clientSecret',
          prompt: 'Client secret',
          help: 'Of the app registration, under certificates and secrets; its value, not its id.',
          kind: 'secret',
        },
      ],
      baseUrl: urlOf('entra-id'),
      auth: [
        ['scheme', 'oauth2'],
        ['tokenUrl', 'https://login.microsoftonline.com/{directory}/oauth2/v2.0/token'],
        ['clientId', '{clientId}'],
        ['clientSecret', '{clientSecret}', 'a reference: the secret itself does not belong here'],
        ['scope', 'https://graph.microsoft.com/.default'],
      ],
    },
    client('entra-id-client', 'entra-id-client', 'Microsoft Entra ID, as client'),
    {
      name: 'sailpoint',
      title: 'SailPoint IdentityIQ',
      summary: 'The SCIM API of an IdentityIQ server.',
      vendor: 'sailpoint-identityiq',
      fields: [
        text('host', 'Host', 'iiq.example.com', 'The host of IdentityIQ, with its port if it has one.'),
        text('username', 'User', 'scim-service', 'An identity with the right to use the SCIM API.'),
        { name: 'password', prompt: 'Password', help: 'Of that user.', kind: 'secret' },
      ],
      baseUrl: urlOf('sailpoint-identityiq'),
      auth: [
        ['scheme', 'basic'],
        ['username', '{username}'],
        ['password', '{password}', 'a reference: the password itself does not belong here'],
      ],
    },
    {
      name: 'auth0',
      title: 'Auth0',
      summary: 'Inbound SCIM of an Auth0 enterprise connection.',
      vendor: 'auth0',
      fields: [
        text('tenant', 'Auth0 tenant', 'acme', 'What comes before .auth0.com, with the region: acme.eu.'),
        text('connection_id', 'Connection id', 'con_1a2b3c', 'On the page of the enterprise connection.'),
        token('Made under provisioning of the connection; there can be two, which is what rotation needs.'),
      ],
      baseUrl: urlOf('auth0'),
      auth: bearer,
    },
    {
      name: 'aws',
      title: 'AWS IAM Identity Center',
      summary: 'The SCIM endpoint of an IAM Identity Center instance.',
      vendor: 'aws-iam-identity-center',
      fields: [
        text('region', 'Region', 'eu-central-1', 'The region of the instance.'),
        text('tenant_id', 'Tenant id', 'a1b2c3d4-5678', 'The part of the SCIM endpoint before /scim/v2.'),
        token('Made under automatic provisioning; it lasts a year and there can be two.'),
      ],
      baseUrl: urlOf('aws-iam-identity-center'),
      auth: bearer,
    },
    {
      name: 'generic',
      title: 'Any other service',
      summary: 'A service that follows the RFCs, with a base URL and a bearer token.',
      vendor: 'generic',
      fields: [baseUrl, token('As the service gave it to you.')],
      baseUrl: '{baseUrl}',
      auth: bearer,
    },
    {
      name: 'mock',
      title: 'Mock server',
      summary: 'A server on this machine, made for it: nothing can be broken.',
      vendor: 'generic',
      fields: [
        {
          name: 'vendor',
          prompt: 'Behaves like',
          help: 'The vendor whose quirks it has; generic follows the RFCs.',
          kind: 'choice',
          initial: 'generic',
          choices: names(),
        },
      ],
      baseUrl: '{baseUrl}',
      auth: bearer,
    },
  ];
}

let built: readonly Preset[] | undefined;

/** All presets, in the order in which they are offered. */
export function presets(): readonly Preset[] {
  built ??= build();
  return built;
}

/**
 * The preset NAME.
 *
 * @throws UsageError that says which ones there are
 */
export function presetNamed(name: string): Preset {
  const found = presets().find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const known = presets().map((preset) => preset.name);
  throw new UsageError(`There is no preset ${name}`, { remedy: `there are ${known.join(', ')}` });
}

/** What is wrong with ANSWER to FIELD, without repeating it; undefined when it will do. */
export function answerProblem(field: PresetField, answer: string): string | undefined {
  const given = answer.trim();
  if (given === '') return `${field.prompt} is missing`;
  if (field.kind === 'secret') {
    if (isReference(given)) return undefined;
    return `${field.prompt} has to be a reference: env:NAME, file:PATH, auth-source:HOST/USER or cmd:COMMAND`;
  }
  if (isReference(given)) return undefined;
  if (field.kind === 'choice' && field.choices?.includes(given) === false) return `${field.prompt} has no such choice`;
  if (field.kind === 'url') {
    const url = checkBaseUrl(given);
    const complaint = url instanceof URL ? checkBasePath(url) : url;
    if (complaint !== undefined) return `${field.prompt} ${complaint.problem}; ${complaint.remedy}`;
  }
  if (field.kind === 'text' && !/^[\w.@:+~-]+$/.test(placed(given))) {
    return `${field.prompt} has characters that it cannot have; an example is ${field.example ?? 'abc'}`;
  }
  return undefined;
}

/** TEXT, an answer, as it stands in the entry: people paste a host with its scheme. */
export function placed(answer: string): string {
  return answer.trim().replace(/^https?:\/\/([^/]+)\/?$/, '$1');
}
