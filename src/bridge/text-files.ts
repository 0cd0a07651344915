/** Long texts go by file, because pipes to and from Emacs are slow: see `textRef` of the protocol. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inlineTextLimit } from '../protocol/common.js';
import type { TextRef } from '../protocol/index.js';
import { UsageError } from '../scim/error.js';

export class TextFiles {
  private directory: string | undefined;
  private next = 1;
  private shared = true;

  /** From now on, every text is part of a message: the client is on another machine and sees other files. */
  keepApart(): void {
    this.shared = false;
  }

  /** TEXT for the wire: itself up to LIMIT characters, else a file with mode 0600 that the receiver deletes. */
  async send(text: string, limit = inlineTextLimit): Promise<TextRef> {
    if (text.length <= limit || !this.shared) return { text };
    // mkdtemp makes a directory that only this user can enter.
    this.directory ??= mkdtempSync(join(tmpdir(), 'scim-'));
    const file = join(this.directory, `${this.next++}.txt`);
    await writeFile(file, text, { mode: 0o600 });
    return { file };
  }

  /** The text that REF stands for; its file is deleted. */
  async receive(ref: TextRef): Promise<string> {
    if ('text' in ref) return ref.text;
    try {
      return await readFile(ref.file, 'utf8');
    } catch (error) {
      throw new UsageError(`The file ${ref.file}, which was to hold a long text, cannot be read`, { cause: error });
    } finally {
      await rm(ref.file, { force: true });
    }
  }

  /** As `receive`, at once: for notifications, which must not overtake each other. */
  receiveNow(ref: TextRef): string {
    if ('text' in ref) return ref.text;
    try {
      return readFileSync(ref.file, 'utf8');
    } finally {
      rmSync(ref.file, { force: true });
    }
  }

  /** Delete what was not fetched. */
  dispose(): void {
    if (this.directory !== undefined) rmSync(this.directory, { recursive: true, force: true });
    this.directory = undefined;
  }
}
