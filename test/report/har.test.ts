import { describe, expect, it } from 'vitest';
import { recordExchange } from '../../src/http/exchange.js';
import { createRedactor } from '../../src/redact/redact.js';
import { type HarSource, harLog } from '../../src/report/har.js';
import { readHar } from '../support/har.js';

const options = { version: '0.1.0', maxBodyChars: 100 };
type Raw = Parameters<typeof recordExchange>[1];

function exchange(change: Partial<Raw> = {}, secrets: string[] = []): HarSource {
  const redactor = createRedactor(secrets);
  const raw: Raw = {
    tenant: 'staging',
    purpose: 'request',
    startedAt: new Date('2026-01-02T03:04:05.006Z'),
    durationMs: 12.3456,
    attempts: 1,
    responseBytes: 10,
    request: {
      method: 'POST',
      url: 'https://example.com/scim/v2/Users?filter=userName%20eq%20%22b%22&count=1',
      headers: [['Content-Type', 'application/scim+json']],
      body: '{"userName":"b"}',
    },
    response: {
      status: 201,
      headers: [
        ['content-type', 'application/scim+json;charset=utf-8'],
        ['location', 'https://example.com/scim/v2/Users/1'],
      ],
      text: '{"id":"1"}',
    },
    error: undefined,
    ...change,
  };
  return recordExchange(7, raw, () => redactor);
}

function entryOf(source: HarSource) {
  const { entries } = readHar(harLog([source], options));
  const [entry] = entries;
  if (entry === undefined) throw new Error('there is no entry');
  return entry;
}

describe('an HTTP archive', () => {
  it('is valid without entries, and says what is missing', () => {
    expect(readHar(harLog([], { ...options, comment: '3 are missing' }))).toEqual({
      entries: [],
      comment: '3 are missing',
    });
  });

  it('has request and answer, field by field', () => {
    const entry = entryOf(exchange());
    expect(entry).toMatchObject({
      startedDateTime: '2026-01-02T03:04:05.006Z',
      request: {
        method: 'POST',
        queryString: [
          { name: 'filter', value: 'userName eq "b"' },
          { name: 'count', value: '1' },
        ],
        postData: { mimeType: 'application/scim+json', text: '{"userName":"b"}' },
        bodySize: 16,
      },
      response: {
        status: 201,
        statusText: 'Created',
        redirectURL: 'https://example.com/scim/v2/Users/1',
        content: { size: 10, mimeType: 'application/scim+json;charset=utf-8', text: '{"id":"1"}' },
      },
      _id: 7,
      _tenant: 'staging',
    });
  });

  it('has the phases, of which the time is the sum', () => {
    const connection = { begunAt: 1, resolvedAt: 2, connectedAt: 4, securedAt: 9 };
    const marks = { connection, startedAt: 10, sentAt: 11, answeredAt: 20, endedAt: 22 };
    const { timings, time } = entryOf(exchange({ marks, durationMs: 21 }));
    expect(timings).toMatchObject({ dns: 1, connect: 7, ssl: 5, send: 1, wait: 9, receive: 2 });
    expect(time).toBeGreaterThanOrEqual(20);
    expect(entryOf(exchange({ marks: { startedAt: 1, sentAt: 2, answeredAt: 3, endedAt: 4 } })).timings).toMatchObject({
      dns: -1,
      connect: -1,
      ssl: -1,
    });
  });

  it('has exchanges without an answer', () => {
    const error = { code: 'network.refused', message: 'example.com refuses the connection' };
    const { response, timings, comment } = entryOf(exchange({ response: undefined, responseBytes: 0, error }));
    expect(response).toMatchObject({ status: 0, bodySize: -1, content: { size: 0 } });
    expect(timings).toMatchObject({ blocked: 12.346, wait: 0 });
    expect(comment).toBe('example.com refuses the connection');
  });

  it('cuts long bodies and says so; a body of just the limit is whole', () => {
    const request = { method: 'PUT', url: 'https://example.com/x', headers: [], body: 'x'.repeat(101) };
    const response = { status: 200, headers: [], text: 'y'.repeat(100) };
    const entry = entryOf(exchange({ request, response, responseBytes: 100 }));
    expect(entry.request.postData).toMatchObject({ text: 'x'.repeat(100), comment: 'The text is cut.' });
    expect(entry.response.content).toMatchObject({ text: 'y'.repeat(100), size: 100, mimeType: 'x-unknown' });
    expect(entry.response.content).not.toHaveProperty('comment');
  });

  it('tells the size before and after decompression', () => {
    const response = { status: 200, headers: [['content-encoding', 'gzip'] as const], text: 'ü'.repeat(50) };
    const { content, bodySize } = entryOf(exchange({ response, responseBytes: 30 })).response;
    expect([content.size, bodySize]).toEqual([100, 30]);
  });

  it('has no secret, even where decoding brings one to light', () => {
    const request = {
      method: 'GET',
      url: 'https://example.com/Users?filter=x%20eq%20%22t0p%25s3cret%22&access_token=abc',
      headers: [
        ['Authorization', 'Bearer t0p%s3cret'],
        ['Cookie', 'sid=t0p%s3cret'],
      ] as const,
      body: undefined,
    };
    const text = harLog([exchange({ request }, ['t0p%s3cret'])], options);
    expect(readHar(text).entries).toHaveLength(1);
    expect(text).not.toMatch(/s3cret|=abc|"abc"/);
  });
});
