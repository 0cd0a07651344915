/**
 * The wire: JSON-RPC messages in Content-Length frames over stdin and stdout.
 *
 * Standard output belongs to the protocol alone: Emacs's reader hangs for ever on a few stray bytes, so anything else
 * that writes there ends the process at once, with the reason on standard error.
 */

import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-jsonrpc/node';

type Write = (chunk: Buffer, done: (error?: Error | null) => void) => void;

/** Ends the process because of FAULT, which must be a bug. */
export type Die = (fault: string) => void;

/**
 * Take standard output away from everybody else.
 *
 * @returns the one function that still writes there
 */
export function claimStdout(die: Die): Write {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  const toStderr = (...parts: unknown[]) => {
    stderr.write(`${parts.map(String).join(' ')}\n`);
  };
  Object.assign(console, { log: toStderr, info: toStderr, debug: toStderr, warn: toStderr, error: toStderr });
  stdout.write = (chunk: unknown): boolean => {
    const bytes = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk.length : 0;
    die(`Something other than the protocol wrote ${bytes} characters to standard output:\n${new Error('here').stack}`);
    return false;
  };
  return (chunk, done) => {
    write(chunk, done);
  };
}

const escapes = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/**
 * JSON text that Emacs 28 can read: it drops a whole message that holds `\u0000` or half a surrogate pair.
 *
 * `JSON.stringify` writes paired surrogates as themselves, so that every `\udXXX` in its output is a lone one. Escapes
 * are consumed from left to right, which keeps `\\u0000`, a backslash before the text u0000, as it is.
 */
export function emacsSafe(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(escapes, (sequence) => {
    if (sequence === '\\u0000') return '\u2400';
    return sequence.startsWith('\\ud') ? '\ufffd' : sequence;
  });
}

/** Writes each message in one piece: header and body apart make Emacs throttle its reading. */
export class FramedWriter extends AbstractMessageWriter implements MessageWriter {
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly out: Write) {
    super();
  }

  write(message: Message): Promise<void> {
    const body = Buffer.from(emacsSafe(JSON.stringify(message)));
    const frame = Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
    const written = new Promise<void>((resolve, reject) => {
      this.out(frame, (error) => {
        if (!error) return resolve();
        this.fireError(error, message);
        reject(error);
      });
    });
    this.pending.add(written);
    const forget = () => this.pending.delete(written);
    written.then(forget, forget);
    return written;
  }

  /** Resolves when everything that was written has left the process. */
  async flushed(): Promise<void> {
    await Promise.allSettled(this.pending);
  }

  end(): void {}
}
