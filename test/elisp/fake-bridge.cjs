// A peer for the tests of scim-rpc.el: it speaks the framing of the real bridge and misbehaves on demand.
// How it behaves at the start is said by FAKE_BRIDGE in its environment; the rest by the method it is asked for.
'use strict';

const mode = process.env.FAKE_BRIDGE ?? 'good';
let inited = false;
const cancelled = [];
const notified = [];
const held = new Map();

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }), 'utf8');
  process.stdout.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
}
const answer = (id, result) => send({ id, result });
const fail = (id, error) => send({ id, error });
const notify = (method, params) => send({ method, params });

function die(code, words) {
  process.stderr.write(words, () => process.exit(code));
}

function initialize(id, params) {
  const ok = {
    capabilities: { positionEncoding: 'utf-32' },
    serverInfo: { name: 'scim-bridge', version: '9.9.9' },
    protocolVersion: params.initializationOptions.protocolVersion,
    nodeVersion: process.versions.node,
  };
  if (mode === 'mute') return;
  if (mode === 'old') ok.protocolVersion = '0.9';
  if (mode === 'newer') ok.protocolVersion = '1.7';
  if (mode === 'major') ok.protocolVersion = '2.0';
  if (mode === 'refuse') return fail(id, { code: -32010, message: 'This bridge speaks 3.0, the client 1.0' });
  if (mode === 'slow') return setTimeout(() => answer(id, ok), 200);
  answer(id, ok);
}

function exchangeOf(number) {
  const isFailed = number % 50 === 0;
  return {
    id: number + 1,
    action: 'flood-1',
    tenant: 'flood',
    purpose: 'request',
    startedAt: new Date(1_772_600_000_000 + number).toISOString(),
    method: number % 3 === 0 ? 'PATCH' : 'GET',
    path: `/scim/v2/Users/2819c223-7f76-453a-919d-${String(number).padStart(12, '0')}`,
    status: isFailed ? 404 : 200,
    durationMs: 3.25 + (number % 100),
    requestBytes: 120,
    responseBytes: 900 + (number % 777),
    attempts: 1,
    resource: `scim:/flood/resource/User/2819c223-7f76-453a-919d-${String(number).padStart(12, '0')}`,
  };
}

const methods = {
  initialize,
  shutdown: (id) => (mode === 'stubborn' ? undefined : answer(id, null)),
  'test/echo': (id, params) => answer(id, params),
  'test/types': (id) => answer(id, { yes: true, no: false, nothing: null, list: [1, 2], empty: {} }),
  'test/environment': (id) => answer(id, { cache: process.env.NODE_COMPILE_CACHE ?? null, cwd: process.cwd() }),
  'test/hang': (id) => held.set(id, true),
  'test/fail': (id, params) => fail(id, { code: params.rpcCode ?? -32803, message: 'failed', data: params.view }),
  'test/crash': () => die(3, 'thing went wrong\nError: the last words\n'),
  'test/kill': () => process.kill(process.pid, 'SIGKILL'),
  // Nobody reads what is sent after this.
  'test/deaf': (id) => {
    process.stdin.removeAllListeners('end').destroy();
    require('node:fs').closeSync(0); // which Node leaves open
    setInterval(() => {}, 1000);
    answer(id, null);
  },
  'test/noise': (id) => process.stderr.write(`${'x'.repeat(200_000)}\nend\n`, () => answer(id, null)),
  'test/garbage': () =>
    process.stdout.write('console.log from a library, long enough to make the reader lose its way for ever and ever\n'),
  'test/short-garbage': () => process.stdout.write('oops'),
  'test/malformed': () => process.stdout.write('Content-Length: 9\r\n\r\n{"secret"'),
  'test/cancelled': (id) => answer(id, { ids: cancelled }),
  'test/notified': (id) => answer(id, { methods: notified }),
  'test/burst': (id, params) => {
    for (let number = 0; number < params.count; number += 1) notify('test/note', { number });
    answer(id, { count: params.count });
  },
  // So many exchanges, told as the real bridge tells those of a long run.
  'test/flood': (id, params) => {
    const together = 250;
    let number = 0;
    const more = () => {
      const exchanges = [];
      for (; number < params.count && exchanges.length < together; number += 1) exchanges.push(exchangeOf(number));
      if (exchanges.length === 0) return answer(id, { count: number });
      notify('scim/exchanges', { exchanges });
      if (process.stdout.writableNeedDrain) process.stdout.once('drain', more);
      else setImmediate(more);
    };
    more();
  },
  'test/progress': (id, params) => {
    notify('$/progress', { token: params.workDoneToken, value: { kind: 'report', message: 'half', percentage: 50 } });
    answer(id, null);
  },
  'test/file': (id, params) => {
    const fs = require('node:fs');
    const mode = (fs.statSync(params.ref.file).mode & 0o777).toString(8);
    const text = fs.readFileSync(params.ref.file, 'utf8');
    fs.unlinkSync(params.ref.file);
    answer(id, { mode, length: [...text].length, end: [...text].slice(-3).join('') });
  },
  // Canned answers of the real methods come from a file that a test writes.
  canned: (id, _params, method) => {
    const answers = JSON.parse(require('node:fs').readFileSync(process.env.FAKE_ANSWERS, 'utf8'));
    const { result, error } = answers[method] ?? { error: { code: -32601, message: `no ${method}` } };
    if (error) fail(id, error);
    else answer(id, result);
  },
};

const notifications = {
  initialized: () => {
    inited = true;
  },
  exit: () => {
    if (mode !== 'stubborn') process.exit(0);
  },
  '$/cancelRequest': ({ id }) => {
    cancelled.push(id);
    if (held.delete(id)) fail(id, { code: -32800, message: 'cancelled' });
  },
};

function receive({ id, method, params }) {
  if (id === undefined) {
    notified.push(method);
    notifications[method]?.(params);
  } else if (params === null || typeof params !== 'object') {
    fail(id, { code: -32602, message: 'params must be an object' });
  } else if (!inited && method !== 'initialize' && method !== 'shutdown') {
    fail(id, { code: -32002, message: 'not initialized' });
  } else {
    (methods[method] ?? methods.canned)(id, params, method);
  }
}

let input = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  input = Buffer.concat([input, chunk]);
  for (;;) {
    const end = input.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/.exec(input.subarray(0, end).toString())[1]);
    if (input.length < end + 4 + length) return;
    const body = input.subarray(end + 4, end + 4 + length).toString('utf8');
    input = input.subarray(end + 4 + length);
    receive(JSON.parse(body));
  }
});
if (mode !== 'stubborn') process.stdin.on('end', () => process.exit(0));
else setInterval(() => {}, 1000);

if (mode === 'die') die(1, 'Error: Cannot find module\n');
if (mode === 'garbage') process.stdout.write('Debugger attached.\n'.repeat(10));
