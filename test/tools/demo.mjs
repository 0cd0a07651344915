// make demo: a mock server, a request file run by Emacs in batch mode against it, and how to go on from there.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const emacs = process.env.EMACS ?? 'emacs';
const token = randomBytes(16).toString('hex');
const environment = { ...process.env, SCIM_AUTH_TOKEN: token };
const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

const mock = spawn(
  process.execPath,
  [
    'dist/scim-bridge.cjs',
    'mock',
    '--users',
    '250',
    '--groups',
    '12',
    '--token-variable',
    'SCIM_AUTH_TOKEN',
    '--json',
    '--until-stdin-closes',
  ],
  { env: environment, stdio: ['pipe', 'pipe', 'inherit'] },
);
mock.on('exit', (code) => {
  if (code) process.exit(code);
});

const [ready] = await once(createInterface({ input: mock.stdout }), 'line');
const { url } = JSON.parse(ready);
const command = [
  '-Q',
  '--batch',
  '-L',
  'elisp',
  '-l',
  'scim-batch',
  '-f',
  'scim-batch',
  '--',
  'run',
  'elisp/demo/demo.scim',
  '--verbose',
];

console.log(`A mock SCIM server with 250 users runs at ${url}.\n`);
console.log(bold(`$ emacs ${command.join(' ')}\n`));
const run = spawn(emacs, process.stdout.isTTY ? [...command, '--color'] : command, {
  env: { ...environment, SCIM_API_BASE_URL: url },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const [code] = await once(run, 'exit');

mock.stdin.end();
await once(mock, 'exit');

console.log(
  code === 0
    ? `
That was elisp/demo/demo.scim, run the way a CI job runs it. The mock server has ended.

To do the same by hand:

    ${bold('make emacs')}               opens that file in Emacs, a mock server running
    ${bold('C-c C-c')} on a request     sends it and shows the answer
    ${bold('C-c C-a')}                  runs the whole file
    ${bold('C-c C-l')}                  shows what went over the wire
`
    : `\nThe demo failed (exit code ${code}).`,
);
process.exitCode = code ?? 1;
