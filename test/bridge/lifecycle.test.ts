import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { emacsSafe } from '../../src/bridge/stdio.js';
import { type Bridge, type BridgeOptions, startBridge } from '../support/bridge.js';

const open: Bridge[] = [];

async function bridge(options?: BridgeOptions): Promise<Bridge> {
  const started = await startBridge(options);
  open.push(started);
  return started;
}

afterEach(() => {
  for (const { process } of open.splice(0)) process.kill('SIGKILL');
});

function frame(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('initialize', () => {
  it('answers with versions', async () => {
    const { connection } = await bridge({ raw: true });
    const answer = await connection.sendRequest('initialize', { initializationOptions: { protocolVersion: '1.0' } });
    expect(answer).toMatchObject({
      capabilities: { positionEncoding: 'utf-32' },
      serverInfo: { name: 'scim-bridge', version: '0.1.0' },
      protocolVersion: '1.2',
      nodeVersion: process.versions.node,
    });
  });

  it.each([
    ['2.0', 'update the bridge'],
    ['1.9', 'update the bridge'],
    ['0.9', 'update the Emacs package scim'],
  ])('refuses a client of version %s, and says who must be updated', async (client, remedy) => {
    const { connection } = await bridge({ raw: true });
    const refused = connection.sendRequest('initialize', { initializationOptions: { protocolVersion: client } });
    await expect(refused).rejects.toMatchObject({ code: -32010, message: expect.stringContaining(remedy) });
  });

  it('lets any LSP client in', async () => {
    const { connection } = await bridge({ raw: true });
    const answer = connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
    await expect(answer).resolves.toMatchObject({ capabilities: { positionEncoding: 'utf-16', hoverProvider: true } });
  });

  it('counts characters as the client does, where it can', async () => {
    const { connection } = await bridge({ raw: true });
    const capabilities = { general: { positionEncodings: ['utf-8', 'utf-32', 'utf-16'] } };
    const answer = await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities });
    expect(answer).toMatchObject({ capabilities: { positionEncoding: 'utf-32' } });
  });

  it.each([
    [undefined, 'file'],
    [true, 'file'],
    [false, 'text'],
  ])('long texts go by file unless the client sees other files (%s)', async (sharesFiles, key) => {
    const { connection } = await bridge({ raw: true });
    await connection.sendRequest('initialize', { initializationOptions: { protocolVersion: '1.0', sharesFiles } });
    const outcome = (letter: string) => ({
      label: letter,
      status: '200 OK',
      headers: [],
      body: { text: JSON.stringify({ a: letter.repeat(200_000) }) },
    });
    const answer = await connection.sendRequest('scim/request/diff', { older: outcome('é'), newer: outcome('😀') });
    expect(answer).toHaveProperty(['diff', key]);
  });

  it('comes first and only once', async () => {
    const { connection } = await bridge({ raw: true });
    await expect(connection.sendRequest('scim/tenants', {})).rejects.toMatchObject({ code: -32002 });
    await connection.sendRequest('initialize', {});
    await expect(connection.sendRequest('initialize', {})).rejects.toMatchObject({ code: -32600 });
  });
});

describe('wrong calls', () => {
  it('unknown methods and wrong parameters are told apart, and the session goes on', async () => {
    const { connection } = await bridge();
    await expect(connection.sendRequest('scim/nonsense', {})).rejects.toMatchObject({ code: -32601 });
    await expect(connection.sendRequest('scim/resource/get', { type: 1 })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/scim\/resource\/get: type: .*; id: /),
    });
    await expect(connection.sendRequest('scim/tenants', {})).resolves.toHaveProperty('tenants');
  });

  it('a body that is not JSON gets a parse error, and the session goes on', async () => {
    const { process: child } = await bridge({ raw: true });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stdin.write(frame('{broken'));
    child.stdin.write(frame('{"jsonrpc":"2.0","id":7,"method":"initialize","params":{}}'));
    await expect.poll(() => output).toContain('"id":7');
    expect(output).toContain('-32700');
  });

  it('a broken frame ends the process, which says so', async () => {
    const { process: child, ended, stderr } = await bridge({ raw: true });
    child.stdin.write('Hello: world\r\n\r\n{}');
    expect(await ended).toBe(70);
    expect(stderr()).toContain('broken frame');
  });
});

describe('the end', () => {
  it('is orderly after shutdown and exit', async () => {
    const { stop, stderr } = await bridge();
    await expect(stop()).resolves.toBe(0);
    expect(stderr()).toBe('');
  });

  it('is told apart without shutdown', async () => {
    const { connection, ended } = await bridge();
    await connection.sendNotification('exit', {});
    expect(await ended).toBe(1);
  });

  it('comes when stdin closes', async () => {
    const { process: child, ended } = await bridge();
    child.stdin.end();
    expect(await ended).toBe(0);
  });

  it('comes when the parent dies', async () => {
    const program = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['dist/scim-bridge.cjs', '--stdio'], { stdio: ['pipe', 'ignore', 'ignore'] });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', program]);
    const [pid] = (await once(parent.stdout, 'data')).map(Number);
    parent.kill('SIGKILL');
    const alive = () => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    };
    await expect.poll(alive).toBe(false);
  });

  it('refuses work after shutdown', async () => {
    const { connection } = await bridge();
    await connection.sendRequest('shutdown', {});
    await expect(connection.sendRequest('scim/tenants', {})).rejects.toMatchObject({ code: -32600 });
  });
});

describe('standard output', () => {
  it('belongs to the protocol: whatever else writes there is a reported bug', async () => {
    const program = `
      const { claimStdout } = require('./src/bridge/stdio.ts');
      const write = claimStdout((fault) => { process.stderr.write(fault); process.exit(70); });
      write(Buffer.from('protocol'), () => {
        console.log('to stderr');
        process.stdout.write('stray');
      });`;
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', program]);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const [code] = await once(child, 'close');
    expect({ code, out }).toEqual({ code: 70, out: 'protocol' });
    expect(err).toContain('to stderr');
    expect(err).toContain('wrote 5 characters to standard output');
  });
});

describe('what Emacs 28 cannot read', () => {
  it('never leaves the process', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const safe = emacsSafe(JSON.stringify({ text }));
        const escapes = safe.match(/\\(?:u....|.)/g) ?? [];
        expect(escapes.filter((one) => /^\\u(0000|d[89a-f])/.test(one))).toEqual([]);
        const expected = text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\u0000', '\u2400');
        expect(JSON.parse(safe)).toEqual({ text: expected });
      }),
    );
  });

  it('a NUL and half a surrogate pair are replaced, their escapes within a text are kept', () => {
    expect(emacsSafe(JSON.stringify('\u0000 \ud800 😀'))).toBe('"\u2400 \ufffd 😀"');
    const escaped = JSON.stringify(JSON.stringify('\u0000 \ud800'));
    expect(emacsSafe(escaped)).toBe(escaped);
  });
});
