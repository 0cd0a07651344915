/** curl commands, as people, documents and browsers write them. */
import { UsageError } from '../../scim/error.js';
import type { ImportedFile, ImportedRequest } from './model.js';
import { type Command, shellCommands } from './shell.js';

/** Options that take a value and mean nothing here. */
const ignoredWithValue = new Set(
  `-o --output -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -w --write-out -c --cookie-jar
  -D --dump-header -K --config --cacert --capath --resolve --limit-rate --proto --tlsv1 --ciphers -x --proxy -U
  --proxy-user --interface --dns-servers -y -Y -z -C -r --range --max-redirs --speed-limit --speed-time -A --user-agent
  -e --referer --trace --trace-ascii --stderr --keepalive-time --tls-max --http-version`.split(/\s+/),
);
/** Options that take a value and that a request file has no word for. */
const refusedWithValue = new Set([
  '-F',
  '--form',
  '-T',
  '--upload-file',
  '-E',
  '--cert',
  '--key',
  '--pass',
  '--form-string',
]);
const shortWithValue = 'XHdubAeomFTxKwcDrCyYzEU';

/**
 * The curl commands in TEXT as requests.
 * @throws UsageError when there is none
 */
export function readCurl(text: string): ImportedFile {
  const commands = shellCommands(text).flatMap((words) => {
    const start = words.findIndex((word) => /(?:^|[\\/])curl(?:\.exe)?$/.test(word));
    return start === -1 ? [] : [words.slice(start + 1)];
  });
  if (commands.length === 0) {
    throw new UsageError('There is no curl command in this text', { remedy: 'Copy one that begins with `curl`.' });
  }
  const readers = commands.map((words) => new CurlReader(words));
  return {
    variables: [],
    requests: readers.map((reader) => reader.read()),
    warnings: readers.flatMap(({ warnings }) => warnings),
  };
}

class CurlReader {
  readonly warnings: string[] = [];
  readonly #headers: [string, string][] = [];
  readonly #data: string[] = [];
  #method: string | undefined;
  #url: string | undefined;
  #isQuery = false;
  readonly #words: string[];

  constructor(words: Command) {
    this.#words = [...words];
  }

  read(): ImportedRequest {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) this.#take(word);
    if (this.#url === undefined) throw new UsageError('The curl command has no URL');
    const body = this.#data.length === 0 || this.#isQuery ? undefined : this.#data.join('&');
    const method = this.#method ?? (body === undefined ? 'GET' : 'POST');
    return { method, url: this.#withQuery(this.#url), headers: this.#headers, body };
  }

  #withQuery(url: string): string {
    if (!this.#isQuery || this.#data.length === 0) return url;
    return `${url}${url.includes('?') ? '&' : '?'}${this.#data.join('&')}`;
  }

  #take(word: string): void {
    if (!word.startsWith('-') || word === '-') this.#url ??= word;
    else if (word.startsWith('--')) this.#takeLong(word);
    else this.#takeShort(word);
  }

  /** `-sSL`, `-XPOST`, `-d @file`: flags, and at most one option that takes the rest or the next word. */
  #takeShort(word: string): void {
    for (let index = 1; index < word.length; index++) {
      const letter = word.charAt(index);
      if (shortWithValue.includes(letter)) {
        const rest = word.slice(index + 1);
        this.#option(`-${letter}`, rest === '' ? (this.#words.shift() ?? '') : rest);
        return;
      }
      this.#flag(`-${letter}`);
    }
  }

  #takeLong(word: string): void {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const takesValue = valued.has(name) || ignoredWithValue.has(name) || refusedWithValue.has(name);
    if (!takesValue) this.#flag(name);
    else this.#option(name, equals === -1 ? (this.#words.shift() ?? '') : word.slice(equals + 1));
  }

  #flag(name: string): void {
    if (name === '-G' || name === '--get') this.#isQuery = true;
    else if (name === '-I' || name === '--head') this.warnings.push('HEAD is sent as GET');
    else if (name === '-k' || name === '--insecure') {
      this.warnings.push('--insecure was left out: whether certificates are checked is up to the tenant');
    }
  }

  #option(name: string, value: string): void {
    if (refusedWithValue.has(name)) this.warnings.push(`${name} was left out: a request file has no word for it`);
    else valued.get(name)?.(value, this.#actions);
  }

  readonly #actions: Actions = {
    method: (value) => {
      this.#method = value.toUpperCase();
    },
    url: (value) => {
      this.#url ??= value;
    },
    header: (value) => {
      if (value.startsWith('@')) {
        this.warnings.push('Headers that stand in a file were left out');
        return;
      }
      const [, header, text] = /^([^:;]+)[:;]\s*(.*)$/su.exec(value) ?? [];
      if (header !== undefined && text !== undefined && text !== '') this.#headers.push([header.trim(), text.trim()]);
    },
    data: (value, isFileAllowed) => {
      if (isFileAllowed && value.startsWith('@'))
        this.warnings.push(`The body stands in a file that was not read: ${value.slice(1)}`);
      else this.#data.push(value);
    },
    json: (value) => {
      this.#data.push(value);
      this.#headers.push(['Content-Type', 'application/json'], ['Accept', 'application/json']);
    },
    user: (value) => {
      this.#headers.push([
        'Authorization',
        `Basic ${value.includes('{{') ? value : Buffer.from(value).toString('base64')}`,
      ]);
    },
  };
}

interface Actions {
  method(value: string): void;
  url(value: string): void;
  header(value: string): void;
  data(value: string, isFileAllowed: boolean): void;
  json(value: string): void;
  user(value: string): void;
}

type Action = (value: string, actions: Actions) => void;

const data: Action = (value, actions) => actions.data(value, true);
const rawData: Action = (value, actions) => actions.data(value, false);
const encoded: Action = (value, actions) => {
  const [, name = '', text = ''] = /^([^=@]*)=?(.*)$/su.exec(value) ?? [];
  actions.data(
    text === '' ? encodeURIComponent(name) : `${name === '' ? '' : `${name}=`}${encodeURIComponent(text)}`,
    false,
  );
};

const valued = new Map<string, Action>([
  ['-X', (value, actions) => actions.method(value)],
  ['--request', (value, actions) => actions.method(value)],
  ['--url', (value, actions) => actions.url(value)],
  ['-H', (value, actions) => actions.header(value)],
  ['--header', (value, actions) => actions.header(value)],
  ['-d', data],
  ['--data', data],
  ['--data-ascii', data],
  ['--data-binary', data],
  ['--data-raw', rawData],
  ['--data-urlencode', encoded],
  ['--json', (value, actions) => actions.json(value)],
  ['-u', (value, actions) => actions.user(value)],
  ['--user', (value, actions) => actions.user(value)],
  ['-b', (value, actions) => actions.header(`Cookie: ${value}`)],
  ['--cookie', (value, actions) => actions.header(`Cookie: ${value}`)],
  ['--oauth2-bearer', (value, actions) => actions.header(`Authorization: Bearer ${value}`)],
]);
