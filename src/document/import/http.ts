/** `.http` and `.rest` files, as the REST client of VS Code and the HTTP client of IntelliJ have them. */
import type { ImportedFile, ImportedRequest } from './model.js';

const methods = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+/i;

/** The requests of TEXT. Scripts are kept as comments; what they set from an answer becomes a capture. */
export function readHttpFile(text: string): ImportedFile {
  const variables: [string, string][] = [];
  const warnings = new Set<string>();
  const blocks: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, title] = /^###\s*(.*)$/.exec(line) ?? [];
    if (title === undefined) blocks.at(-1)?.lines.push(line);
    else blocks.push({ title, lines: [] });
  }
  const requests = blocks.flatMap(({ title, lines }): ImportedRequest[] => {
    const request = new HttpBlock(lines, variables, warnings).read(title);
    return request === undefined ? [] : [request];
  });
  return { variables, requests, warnings: [...warnings] };
}

class HttpBlock {
  readonly #notes: string[] = [];
  readonly #captures: [string, string][] = [];
  readonly #headers: [string, string][] = [];
  #name: string | undefined;
  #at = 0;

  constructor(
    private readonly lines: readonly string[],
    private readonly variables: [string, string][],
    private readonly warnings: Set<string>,
  ) {}

  read(title: string): ImportedRequest | undefined {
    this.#readPreface();
    const first = this.lines[this.#at];
    if (first === undefined) return undefined;
    this.#at += 1;
    const { method, url } = this.#readRequestLine(first);
    this.#readHeaders();
    const body = this.#readBody();
    if (method === 'OPTIONS')
      this.warnings.add('OPTIONS is not a method of SCIM: the request was kept, and will not be sent');
    return {
      name: this.#name ?? (title.trim() === '' ? undefined : title),
      method,
      url,
      headers: this.#headers,
      body,
      notes: this.#notes,
      captures: this.#captures,
    };
  }

  #readPreface(): void {
    for (let line = this.lines[this.#at]; line !== undefined; line = this.lines[++this.#at]) {
      const [, variable, value] = /^@([^\s=]+)\s*=\s*(.*)$/.exec(line) ?? [];
      const [, name] = /^(?:#|\/\/)\s*@name\s*=?\s*(\S+)/.exec(line) ?? [];
      const [, comment] = /^(?:#|\/\/)\s?(.*)$/.exec(line) ?? [];
      if (variable !== undefined && value !== undefined)
        this.variables.push([plainName(variable), this.#references(value)]);
      else if (name !== undefined) this.#name = name;
      else if (comment !== undefined) this.#notes.push(comment.replace(/^\s*@(?!\S+\s*=)/, 'not taken over: '));
      else if (/^<\s*\{%/.test(line)) this.#readScript('A script that ran before the request:');
      else if (line.trim() !== '') return;
    }
  }

  #readRequestLine(first: string): { method: string; url: string } {
    const [whole = '', method = 'GET'] = methods.exec(first.trim()) ?? [];
    let url = first
      .trim()
      .slice(whole.length)
      .replace(/\s+HTTP\/[\d.]+\s*$/i, '');
    for (let line = this.lines[this.#at]; line !== undefined && /^\s+[/?&]/.test(line); line = this.lines[++this.#at])
      url += line.trim();
    return { method: method.toUpperCase(), url: this.#references(url) };
  }

  #readHeaders(): void {
    for (let line = this.lines[this.#at]; line !== undefined && line.trim() !== ''; line = this.lines[++this.#at]) {
      const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*)$/.exec(line) ?? [];
      if (/^(?:#|\/\/)/.test(line)) this.#notes.push(line.replace(/^(?:#|\/\/)\s?/, ''));
      else if (name !== undefined && value !== undefined) this.#headers.push([name, this.#references(value.trim())]);
      else return;
    }
  }

  #readBody(): string | undefined {
    const body: string[] = [];
    for (let line = this.lines[this.#at]; line !== undefined; line = this.lines[++this.#at]) {
      if (/^>>?!?\s*\{%/.test(line)) this.#readScript('A script that ran after the answer:');
      else if (/^(?:>>?!?|<>)\s+\S/.test(line)) this.#notes.push(`not taken over: ${line}`);
      else if (/^<@?\s+\S/.test(line)) {
        this.warnings.add(`A body that stands in a file was not read: ${line.replace(/^<@?\s+/, '')}`);
        this.#notes.push(`the body stood in a file: ${line}`);
      } else if (!/^\/\//.test(line)) body.push(line);
    }
    const text = this.#references(body.join('\n')).trim();
    return text === '' ? undefined : text;
  }

  /** A script from here to `%}`, as comments; `client.global.set("id", response.body.id)` becomes a capture. */
  #readScript(note: string): void {
    const script: string[] = [];
    for (let line = this.lines[this.#at]; line !== undefined; line = this.lines[++this.#at]) {
      script.push(line);
      if (line.includes('%}')) break;
    }
    const setters =
      /client\.(?:global|variables\.global)\.set\(\s*["']([^"']+)["']\s*,\s*response\.(body|headers)\.?([^)\s]*?)\s*\)/g;
    for (const [, name = '', part, path = ''] of script.join('\n').matchAll(setters)) {
      if (part === 'body')
        this.#captures.push([plainName(name), `body${path === '' || path.startsWith('[') ? '' : '.'}${path}`]);
    }
    this.warnings.add(
      'Scripts were kept as comments: assertions (`??`) and captures (`@id = body.id`) take their place',
    );
    this.#notes.push(note, ...script.map((line) => line.replace(/^\s*@/, ' @')));
  }

  /** TEXT with the references of other tools as those of this one. */
  #references(text: string): string {
    return text.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (_all, inside: string) => `{{${this.#reference(inside)}}}`);
  }

  #reference(inside: string): string {
    if (/^\$(?:uuid|guid|random\.uuid|randomUUID)$/i.test(inside)) return '$uuid';
    if (/^\$timestamp\b/.test(inside)) return '$timestamp';
    if (/^\$(?:isoTimestamp|datetime|localDatetime)\b/.test(inside)) return '$isoTimestamp';
    const [, source, name] = /^\$(processEnv|dotenv|env)[\s.]+%?([\w-]+)$/.exec(inside) ?? [];
    if (name !== undefined)
      this.warnings.add(`{{$${source} ${name}}} became the variable {{${name}}}, which has no value yet`);
    if (name !== undefined) return name;
    if (inside.startsWith('$')) {
      this.warnings.add(`{{${inside}}} is not known: it became {{$uuid}}`);
      return '$uuid';
    }
    const [, request, part, path = ''] = /^([\w-]+)\.response\.(body|headers)\.?(.*)$/.exec(inside) ?? [];
    if (request !== undefined) return `${plainName(request)}.${part}${pathAfter(path)}`;
    return plainName(inside);
  }
}

/** PATH, a JSONPath or a name, behind `body` or `headers`. */
function pathAfter(path: string): string {
  const plain = path.replace(/^\$\.?/, '').replace(/^\*$/, '');
  return plain === '' || plain.startsWith('[') ? plain : `.${plain}`;
}

function plainName(name: string): string {
  return name.replace(/[^\p{L}\p{N}_-]/gu, '_');
}
