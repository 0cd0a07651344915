import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/http/proxy.js';

const https = new URL('http://secure.proxy:3128');
const http = new URL('http://plain.proxy:3128');

describe('which proxy', () => {
  it('goes by the scheme of the server', () => {
    expect(proxyFor(new URL('https://a.example'), { https, http })).toBe(https);
    expect(proxyFor(new URL('http://a.example'), { https, http })).toBe(http);
    expect(proxyFor(new URL('http://a.example'), { https })).toBeUndefined();
    expect(proxyFor(new URL('http://a.example'), undefined)).toBeUndefined();
  });

  it.each([
    ['*', 'https://a.example', true],
    ['a.example', 'https://a.example', true],
    ['A.Example', 'https://a.example', true],
    ['example', 'https://a.example', true],
    ['.example', 'https://a.example', true],
    ['*.example', 'https://a.example', true],
    ['ample', 'https://a.example', false],
    ['b.example, a.example', 'https://a.example', true],
    ['b.example a.example', 'https://a.example', true],
    ['a.example:443', 'https://a.example', true],
    ['a.example:8443', 'https://a.example', false],
    ['a.example:8443', 'https://a.example:8443', true],
    ['127.0.0.1', 'https://127.0.0.1:9', true],
    ['[::1]', 'https://[::1]:9', true],
    ['::1', 'https://[::1]', true],
    ['[::1]:9', 'https://[::1]:9', true],
    ['[::1]:8', 'https://[::1]:9', false],
    ['', 'https://a.example', false],
    [',', 'https://a.example', false],
    ['.', 'https://a.example', false],
  ])('except %j, %s is reached directly: %s', (except, origin, direct) => {
    expect(proxyFor(new URL(origin), { https, except }) === undefined).toBe(direct);
  });
});
