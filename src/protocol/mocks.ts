import * as z from 'zod';
import { textRef } from './common.js';
import { defineNotification, defineRequest } from './define.js';

/** A mock server that runs in this bridge. */
const mockView = z.object({
  /** As the other requests name it. */
  id: z.string(),
  /** As people call it: after its file. */
  name: z.string(),
  /** The file that it was started from, as the client knows it. */
  path: z.string(),
  url: z.string(),
  /** The profile whose quirks it has; null for the plain standard. */
  vendor: z.string().nullable(),
  /** Number of resources, by type. */
  counts: z.record(z.string(), z.int()),
  /** Tenants whose requests go to it in this session; `*` stands for all. */
  tenants: z.array(z.string()),
});

const mockId = z.object({ id: z.string() });

/** What a mock server is made from. */
const source = {
  /** Relative names in the text start from its directory; messages name it. */
  path: z.string(),
  content: textRef,
  /** Absent: the bridge tells by the name and the text. */
  kind: z.enum(['mock', 'json', 'jsonl', 'har']).optional(),
};

const started = z.object({ mock: mockView, warnings: z.array(z.string()) });

export const startMock = defineRequest(
  'scim/mock/start',
  'Start a mock server with a mock file, with resources, or with recorded traffic; it ends with the bridge.',
  z.object({
    ...source,
    /** Goes over what the file says; 0 takes a free one. */
    port: z.int().min(0).max(65_535).optional(),
    /** Whether answered requests are told. */
    watch: z.boolean().default(true),
  }),
  started,
);

export const reseedMock = defineRequest(
  'scim/mock/reseed',
  'Give a running mock server new behaviour and new data; it keeps its socket, and stays as it is when they are bad.',
  z.object({ id: z.string(), ...source }),
  started,
);

export const stopMock = defineRequest('scim/mock/stop', 'Stop a mock server.', mockId, z.null());

export const listMocks = defineRequest(
  'scim/mock/list',
  'The mock servers that run in this bridge.',
  z.object({}).nullish(),
  z.object({ mocks: z.array(mockView) }),
);

export const mockStatus = defineRequest(
  'scim/mock/status',
  'What a mock server does and holds at the moment.',
  mockId,
  z.object({
    mock: mockView,
    /** Of the server, which may be another time than the real one; ISO 8601. */
    time: z.string(),
    /** Requests that were answered. */
    requests: z.int(),
    /** Names of quirks that are switched on by themselves, with their values. */
    quirks: z.array(z.string()),
    /** Each fault and how often it has happened. */
    faults: z.array(z.object({ name: z.string(), times: z.int() })),
    /** Credentials by name; never their values. */
    tokens: z.array(z.object({ name: z.string(), state: z.string() })),
  }),
);

/** One request that a mock server has answered. */
const requestLine = z.object({
  number: z.int(),
  /** By the clock of the server, ISO 8601. */
  time: z.string(),
  method: z.string(),
  /** Path and query. */
  path: z.string(),
  status: z.int(),
  ms: z.number(),
  /** Names of the faults that happened to it. */
  faults: z.array(z.string()),
});

export const mockRequests = defineRequest(
  'scim/mock/requests',
  'The latest requests that a mock server has answered, after the one with the number `since`.',
  z.object({ id: z.string(), since: z.int().min(0).default(0) }),
  z.object({ requests: z.array(requestLine) }),
);

export const mockRequest = defineRequest(
  'scim/mock/request',
  'One of the latest requests with headers and bodies, redacted, as text to show.',
  z.object({ id: z.string(), number: z.int() }),
  z.object({ text: textRef }),
);

export const mockResources = defineRequest(
  'scim/mock/resources',
  'Some of the resources of a mock server.',
  z.object({
    id: z.string(),
    /** Only of this type. */
    type: z.string(),
    /** Zero-based. */
    start: z.int().min(0).default(0),
    count: z.int().min(0).max(1000).default(100),
    /** SCIM filter. */
    filter: z.string().optional(),
  }),
  z.object({
    total: z.int(),
    resources: z.array(z.object({ id: z.string(), label: z.string() })),
  }),
);

export const mockResource = defineRequest(
  'scim/mock/resource',
  'One resource of a mock server as JSON, and what it was when the server started, if it has changed since.',
  z.object({ id: z.string(), resource: z.string() }),
  z.object({
    /** null when it was deleted. */
    text: textRef.nullable(),
    /** null when it has not changed, or was not there. */
    original: textRef.nullable(),
  }),
);

export const mockChanges = defineRequest(
  'scim/mock/changes',
  'What differs from the data that the mock server was started with.',
  mockId,
  z.object({
    total: z.int(),
    /** The first thousand. */
    changes: z.array(
      z.object({
        id: z.string(),
        type: z.string(),
        kind: z.enum(['created', 'changed', 'deleted']),
        label: z.string(),
      }),
    ),
  }),
);

export const saveMock = defineRequest(
  'scim/mock/save',
  'What a mock server is now, as the text of a mock file.',
  mockId,
  z.object({ text: textRef }),
);

export const controlMock = defineRequest(
  'scim/mock/control',
  'Move the clock of a mock server, revoke one of its tokens, take its faults away, or take back all changes.',
  z.object({
    id: z.string(),
    action: z.discriminatedUnion('kind', [
      /** By a span such as `90s`, `12h` or `30d`. */
      z.object({ kind: z.literal('advance'), by: z.string() }),
      /** To an instant, ISO 8601. */
      z.object({ kind: z.literal('setClock'), time: z.string() }),
      z.object({ kind: z.literal('revoke'), token: z.string() }),
      z.object({ kind: z.literal('clearFaults') }),
      z.object({ kind: z.literal('reset') }),
    ]),
  }),
  z.null(),
);

export const attachMock = defineRequest(
  'scim/mock/attach',
  'Send the requests for a tenant to a mock server until `detach`; the credential of the tenant stays unused.',
  z.object({
    id: z.string(),
    /** Absent: the default tenant. */
    tenant: z.string().optional(),
    /** All tenants, whatever they are called. */
    all: z.boolean().default(false),
  }),
  z.object({
    /** `*` for all. */
    tenant: z.string(),
    /** Whether it is the tenant of requests that name none. */
    isDefault: z.boolean(),
  }),
);

export const detachMock = defineRequest(
  'scim/mock/detach',
  'Send the requests for a tenant to the tenant again.',
  z.object({
    /** Absent: the default tenant. */
    tenant: z.string().optional(),
  }),
  z.object({ tenant: z.string() }),
);

export const mockAnswered = defineNotification(
  'scim/mock/answered',
  'A mock server has answered requests; told a few times a second at most.',
  'bridge',
  z.object({
    id: z.string(),
    requests: z.array(requestLine),
    /** So many more were answered, of which nothing is told. */
    skipped: z.int(),
  }),
);

export const mockEnded = defineNotification(
  'scim/mock/ended',
  'A mock server has ended; tenants that were attached to it are no longer.',
  'bridge',
  z.object({
    id: z.string(),
    name: z.string(),
    tenants: z.array(z.string()),
    /** Absent when it was stopped. */
    error: z.string().optional(),
  }),
);
