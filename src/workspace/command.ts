/** Commands of password managers: split like a shell would, run without one. */

import { spawn } from 'node:child_process';

/** More is no secret. */
const maxBytes = 1_048_576;

/** What a command gave, or why it gave nothing; neither its output nor its complaints are repeated. */
export type CommandResult = { readonly value: string } | { readonly problem: string; readonly remedy: string };

/**
 * The words of COMMAND: separated by blanks, `'…'` and `"…"` hold them together, `\` takes the next character as it is.
 * Undefined when a quote does not end.
 */
function splitCommand(command: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let rest = command; rest !== ''; ) {
    const match = /^(?:(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+))/s.exec(rest);
    if (!match) return undefined;
    const [all, blank, single, double, escaped, plain] = match;
    rest = rest.slice(all.length);
    if (blank === undefined)
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain);
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** COMMAND as messages name it: its arguments may hold what should not stand there. */
export function shownCommand(command: string): string {
  const [program, ...rest] = splitCommand(command) ?? [];
  return `${program ?? ''}${rest.length === 0 ? '' : ' …'}`;
}

/**
 * Runs COMMAND in CWD and gives its standard output without the last line end. Standard input is empty; the output of
 * errors is thrown away, since it may hold secrets.
 */
export async function runCommand(
  command: string,
  { cwd, timeoutMs, signal }: { cwd: string; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<CommandResult> {
  const [program, ...args] = splitCommand(command) ?? [];
  if (program === undefined) return { problem: 'has a quote that does not end, or no program', remedy: 'correct it' };
  const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'], signal: limit });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) child.kill();
      else chunks.push(chunk);
    });
    child.once('error', (error) => resolve(startProblem(program, error, limit, signal, timeoutMs)));
    child.once('close', (code, killedBy) => {
      if (size > maxBytes) resolve({ problem: 'gave more than a megabyte', remedy: 'give the secret alone' });
      else if (code === 0) resolve(outputOf(Buffer.concat(chunks)));
      else resolve({ problem: `ended with ${code ?? killedBy}`, remedy: `run ${program} by hand, with its arguments` });
    });
  });
}

function outputOf(bytes: Buffer): CommandResult {
  const value = bytes.toString('utf8').replace(/\r?\n$/, '');
  return value.trim() === '' ? { problem: 'gave nothing', remedy: 'run it by hand' } : { value };
}

function startProblem(
  program: string,
  error: Error,
  limit: AbortSignal,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): CommandResult {
  if (signal?.aborted) return { problem: 'was cancelled', remedy: 'try again' };
  if (limit.aborted) {
    const remedy = `run ${program} by hand: does it wait for input, or for an agent to be unlocked?`;
    return { problem: `did not end within ${timeoutMs / 1000} s`, remedy };
  }
  const code = 'code' in error ? String(error.code) : 'unknown error';
  const problem = code === 'ENOENT' ? `cannot be run: there is no program ${program}` : `cannot be run (${code})`;
  return { problem, remedy: `install ${program}, or correct the command` };
}
