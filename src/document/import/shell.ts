/** The words of shell commands, as documents and browsers write them for POSIX shells and bash. */

/** One command: its words, without what redirects or follows it. */
export type Command = readonly string[];

/**
 * The commands in TEXT. `'…'`, `"…"`, `$'…'`, backslashes and lines that go on are read as a shell does; `$NAME` and
 * `${NAME}` outside single quotes become `{{NAME}}`. What a pipe feeds is left out.
 */
export function shellCommands(text: string): Command[] {
  return new ShellReader(text.replace(/\r\n?/g, '\n')).read();
}

class ShellReader {
  readonly #commands: string[][] = [[]];
  #at = 0;
  #word: string | undefined;
  /** What comes behind a pipe is another program's. */
  #ignored = false;

  constructor(private readonly text: string) {}

  read(): Command[] {
    while (this.#at < this.text.length) this.#step();
    this.#endCommand();
    return this.#commands.filter((words) => words.length > 0);
  }

  #step(): void {
    const char = this.text.charAt(this.#at);
    const next = this.text.charAt(this.#at + 1);
    if (char === '\\') this.#escape(next);
    else if (char === "'") this.#append(this.#until(/'/g, 1));
    else if (char === '"') this.#doubleQuoted();
    else if (char === '$' && next === "'") this.#ansiQuoted();
    else if (char === '$') this.#variable();
    else if (char === '#' && this.#word === undefined) this.#until(/\n/g, 0);
    else if (char === '\n' || char === ';') this.#next(() => this.#endCommand());
    else if (char === '&') this.#next(() => this.#endCommand());
    else if (char === '|') this.#next(() => this.#pipe());
    else if (/\s/.test(char)) this.#next(() => this.#endWord());
    else this.#next(() => this.#append(char));
  }

  #next(then: () => void): void {
    this.#at += 1;
    then();
  }

  #append(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  /** The text from SKIP characters on to before END, which is passed. */
  #until(end: RegExp, skip: number): string {
    const start = this.#at + skip;
    end.lastIndex = start;
    const found = end.exec(this.text);
    this.#at = found === null ? this.text.length : found.index + (skip === 0 ? 0 : 1);
    return this.text.slice(start, found?.index);
  }

  #escape(next: string): void {
    this.#at += 2;
    if (next !== '\n') this.#append(next);
  }

  #doubleQuoted(): void {
    this.#at += 1;
    this.#append('');
    for (let char = this.text.charAt(this.#at); char !== '' && char !== '"'; char = this.text.charAt(this.#at)) {
      const next = this.text.charAt(this.#at + 1);
      if (char === '\\' && '"\\$`\n'.includes(next)) this.#escape(next);
      else if (char === '$') this.#variable();
      else this.#next(() => this.#append(char));
    }
    this.#at += 1;
  }

  /** bash: `$'…'` with escapes as in C. Browsers write texts with quotes and other scripts so. */
  #ansiQuoted(): void {
    const body = /^\$'((?:[^'\\]|\\[\s\S])*)'?/.exec(this.text.slice(this.#at));
    this.#at += body?.[0].length ?? 2;
    this.#append(
      (body?.[1] ?? '').replace(
        /\\(u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S])/g,
        unescaped,
      ),
    );
  }

  #variable(): void {
    const [whole, bare, braced] = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)[^}]*\})/.exec(this.text.slice(this.#at)) ?? [];
    if (whole === undefined) this.#next(() => this.#append('$'));
    else {
      this.#at += whole.length;
      this.#append(`{{${bare ?? braced}}}`);
    }
  }

  #endWord(): void {
    if (this.#word !== undefined && !this.#ignored) this.#commands.at(-1)?.push(this.#word);
    this.#word = undefined;
  }

  #endCommand(): void {
    this.#endWord();
    this.#ignored = false;
    this.#commands.push([]);
  }

  #pipe(): void {
    this.#endWord();
    this.#ignored = true;
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescaped(_all: string, code: string): string {
  if (/^[uUx]./.test(code)) {
    const point = Number.parseInt(code.slice(1), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
  return escapes[code] ?? code;
}
