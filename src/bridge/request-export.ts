/** The requests of a file as a shell script of curl commands. */
import type { Target } from '../client/target.js';
import { Complaint } from '../document/complaint.js';
import type { Lookup } from '../document/insert.js';
import type { Capture, ParsedRequest, ReferencePart, RequestFile } from '../document/model.js';
import { errorOfProblem, prepareRequest } from '../document/prepare.js';
import { shownRequest } from '../document/preview.js';
import { Scope } from '../document/scope.js';
import { FileSession } from '../document/session.js';
import { curlCommand } from '../report/curl.js';
import type { TenantSettings } from '../workspace/workspace.js';
import { tokenVariable } from './trace-views.js';

/** Stands for the value of a shell variable until the command is written; no quoting and no encoding changes it. */
const marker = /SCIMvar([0-9]+)x/g;

export interface Script {
  readonly text: string;
  readonly warnings: readonly string[];
}

/**
 * All requests of FILE for TARGET. What one request captures from its answer is read by `jq` into a shell variable.
 * @throws RequestFileError when the file has problems
 */
export function exportScript(
  file: RequestFile,
  target: Target,
  settings: TenantSettings,
  given: Readonly<Record<string, string>>,
): Script {
  const [problem] = file.problems;
  if (problem !== undefined) throw errorOfProblem(file, problem);
  return new Exporter(file, target, settings, given).write();
}

class Exporter {
  readonly #session = new FileSession();
  readonly #warnings = new Set<string>();
  /** Shell variables, by the number in their markers. */
  readonly #variables: string[] = [];
  readonly #missing = new Map<string, string>();
  readonly #set = new Set<string>();

  constructor(
    private readonly file: RequestFile,
    private readonly target: Target,
    private readonly settings: TenantSettings,
    private readonly given: Readonly<Record<string, string>>,
  ) {}

  write(): Script {
    const blocks = this.file.requests.map((request) => this.#block(request));
    const secrets = new Set(
      [...blocks.join('\n').matchAll(/\$((?:SCIM_SECRET|[A-Z][A-Z0-9_]+))"/g)].map(([, name]) => name),
    );
    const needed = [...secrets].map((name) => `: "\${${name}:?is not set}"`);
    const missing = [...this.#missing].map(([name, what]) => `: "\${${name}:?${what}}"`);
    const head = [
      '#!/bin/sh',
      `# The requests of ${this.file.path.replace(/^.*[\\/]/, '')} for tenant ${this.settings.name}.`,
      ...(this.#set.size === 0 ? [] : ['# Needs curl 7.76 or later, and jq.']),
      'set -eu',
      ...needed,
      ...missing,
    ];
    return { text: `${head.join('\n')}\n\n${blocks.join('\n')}`, warnings: [...this.#warnings] };
  }

  #block(request: ParsedRequest): string {
    if (request.directives.allPages === true) {
      this.#warnings.add(`\`${request.name}\` reads all pages; the script reads the first only`);
    }
    const scope = new Scope(this.file, request, this.#session, this.given);
    const prepared = prepareRequest(this.file, request, { lookup: this.#lookup(scope) }, this.target);
    const shown = shownRequest(prepared, this.target);
    const command = curlCommand(
      {
        method: shown.method,
        url: shown.url,
        requestHeaders: () => shown.headers,
        requestBody: () => shown.body,
      },
      { tokenVariable: tokenVariable(this.settings) },
    ).replace(/^curl /, 'curl --silent --show-error --fail-with-body ');
    const captures = request.checks.filter((check) => check.kind === 'capture');
    const call = this.#withVariables(command);
    const name = `# ${request.name.replace(/[\r\n]+/g, ' ')}\n`;
    if (!this.#isNeeded(request, captures)) return `${name}${call}\necho\n`;
    return `${name}response=$(${call})\nprintf '%s\\n' "$response"\n${captures.map((capture) => this.#capture(capture)).join('')}${this.#parts(request)}`;
  }

  /** Does a later request need something of the answer to REQUEST? */
  #isNeeded(request: ParsedRequest, captures: readonly Capture[]): boolean {
    return captures.length > 0 || this.#parts(request) !== '';
  }

  /** The lines that keep parts of the answer to REQUEST that later requests name: `{{create.body.id}}`. */
  #parts(request: ParsedRequest): string {
    const uses = this.file.requests
      .slice(request.index + 1)
      .flatMap((later) => [later.targetTemplate, later.body ?? [], ...later.headers.map(({ value }) => value)].flat())
      .filter((part): part is ReferencePart => part.kind === 'reference')
      .flatMap(({ reference }) =>
        reference.kind === 'response' && reference.request === request.name ? [reference.field] : [],
      );
    const paths = new Set(uses.flatMap((field) => (field.kind === 'body' ? [field.path] : [])));
    return [...paths].map((path) => this.#read(shellName(`${request.name}_${path}`), path)).join('');
  }

  #capture({ name, operand }: Capture): string {
    const { reference } = operand;
    const isOwn = reference.kind === 'response' && reference.request === undefined;
    if (isOwn && reference.field.kind === 'body') return this.#read(shellName(name), reference.field.path);
    this.#warnings.add(`\`@${name} = ${operand.source}\` is not in the body: set ${shellName(name)} yourself`);
    return '';
  }

  /** The line that reads PATH of the answer into VARIABLE. */
  #read(variable: string, path: string): string {
    const names = path === '' ? [] : path.split('.');
    if (!names.every((name) => /^[\w$-]+(?:\[\d+\])?$/.test(name))) {
      this.#warnings.add(`\`${path}\` is more than jq is asked for here: set ${variable} yourself`);
      return '';
    }
    this.#set.add(variable);
    const filter =
      names.map((name) => `["${name.replace(/\[.*$/, '')}"]${/\[\d+\]$/.exec(name)?.[0] ?? ''}`).join('') || '.';
    return `${variable}=$(printf '%s' "$response" | jq -er '.${filter === '.' ? '' : filter}')\n`;
  }

  /** Values that are known are written; what only an answer tells is a shell variable. */
  #lookup(scope: Scope): Lookup {
    return (part) => {
      try {
        return scope.lookup(part);
      } catch (error) {
        if (!(error instanceof Complaint)) throw error;
        return { kind: 'json', value: this.#marker(part) };
      }
    };
  }

  #marker({ reference, source }: ReferencePart): string {
    const name =
      reference.kind === 'variable'
        ? shellName(reference.name)
        : reference.kind === 'response'
          ? shellName(
              `${reference.request ?? 'last'}_${reference.field.kind === 'body' ? reference.field.path : reference.field.name}`,
            )
          : 'unknown';
    if (!this.#set.has(name)) this.#missing.set(name, `is what ${source.replace(/[^\w.{}$ -]/g, '')} stands for`);
    this.#variables.push(name);
    return `SCIMvar${this.#variables.length - 1}x`;
  }

  /** COMMAND with its markers as shell variables, inside of single quotes and outside. */
  #withVariables(command: string): string {
    let quoted = false;
    return command.replace(/\\'|'|SCIMvar[0-9]+x/g, (token) => {
      if (token === "\\'") return token;
      if (token === "'") {
        quoted = !quoted;
        return token;
      }
      const name = this.#variables[Number(token.replace(marker, '$1'))] ?? 'unknown';
      return quoted ? `'"$${name}"'` : `"$${name}"`;
    });
  }
}

/** TEXT as the name of a shell variable, in lower case as those of the script are. */
function shellName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_]+/g, '_').replace(/_+$/, '');
  return /^[A-Za-z_]/.test(plain) ? plain : `v_${plain}`;
}
