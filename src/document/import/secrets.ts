/** Secrets of imported requests: each becomes a variable that has no value. */
import { type Node, parseTree } from 'jsonc-parser';
import type { ImportContext } from './model.js';

/** Takes secrets out of texts, and remembers what they are called now. */
export class SecretKeeper {
  readonly #names = new Map<string, string>();
  readonly #leftOut = new Set<string>();

  constructor(private readonly context: ImportContext) {}

  /** Names of variables that stand for secrets. */
  get names(): string[] {
    return [...new Set([...this.#names.values(), ...this.#leftOut])];
  }

  get warnings(): string[] {
    return this.names.map((name) => `A secret was left out: {{${name}}} has no value yet`);
  }

  /** The variable NAME, whose value was a secret, stays without one. */
  leaveOut(name: string): void {
    this.#leftOut.add(name);
  }

  /** The value of the header NAME without secrets. */
  header(name: string, value: string): string {
    if (!this.context.isSecretHeader(name) || value.includes('{{')) return this.text(value);
    const [, scheme = ''] = /^(Bearer|Basic|Digest|DPoP)\s/i.exec(value) ?? [];
    const secret = value.slice(scheme.length).trim();
    const base = /^authorization$/i.test(name)
      ? scheme.toLowerCase() === 'basic'
        ? 'credentials'
        : 'token'
      : plain(name);
    return `${scheme}${scheme === '' ? '' : ' '}{{${this.#variableFor(secret, base)}}}`;
  }

  /** TARGET, whose query may hold secrets, without them. */
  target(target: string): string {
    return target.replace(/([?&])([^=&]+)=([^&]+)/g, (pair: string, mark: string, name: string, value: string) =>
      this.context.isSecretName(name) && !value.includes('{{')
        ? `${mark}${name}=${`{{${this.#variableFor(value, plain(name))}}}`}`
        : pair,
    );
  }

  /** TEXT, which is JSON, without the values of members that hold secrets; undefined when it is not JSON. */
  json(text: string): string | undefined {
    // References stand outside of strings, too.
    const masked = text.replace(/\{\{[^}\n]*\}\}/g, (reference) => 'x'.repeat(reference.length));
    const parts: string[] = [];
    let done = 0;
    try {
      // A bare reference leaves a word that is no JSON: a number of the same length is.
      JSON.parse(masked.replace(/(?<=[:[,]\s*)x+(?=\s*[,}\]])/g, (word) => '1'.repeat(word.length)));
    } catch {
      return undefined;
    }
    for (const { offset, length, name } of secretNodes(parseTree(masked), this.context)) {
      const value = text.slice(offset + 1, offset + length - 1);
      if (value === '' || value.includes('{{')) continue;
      parts.push(text.slice(done, offset + 1), `{{${this.#variableFor(value, plain(name))}}}`);
      done = offset + length - 1;
    }
    return [...parts, text.slice(done)].join('');
  }

  /** TEXT with what is known to be a secret by now replaced. */
  text(text: string): string {
    let clean = text;
    for (const [secret, name] of this.#names) if (secret.length > 5) clean = clean.replaceAll(secret, `{{${name}}}`);
    return clean;
  }

  /** The variable that stands for SECRET; its name begins with BASE. */
  #variableFor(secret: string, base: string): string {
    const known = this.#names.get(secret);
    if (known !== undefined) return known;
    const taken = this.names;
    let name = base;
    for (let count = 2; taken.includes(name); count++) name = `${base}${count}`;
    this.#names.set(secret, name);
    return name;
  }
}

function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N}_-]/gu, '') || 'secret';
}

/** The strings in NODE that are the values of members with secret names, or of PATCH operations on such. */
function* secretNodes(
  node: Node | undefined,
  context: ImportContext,
): Generator<{ offset: number; length: number; name: string }> {
  if (node === undefined) return;
  if (node.type === 'object') {
    const path = node.children?.find(({ children }) => String(children?.[0]?.value).toLowerCase() === 'path')
      ?.children?.[1]?.value;
    for (const { children: [key, value] = [] } of node.children ?? []) {
      const own = String(key?.value);
      const name = own.toLowerCase() === 'value' && typeof path === 'string' ? path : own;
      if (value?.type === 'string' && context.isSecretName(name)) {
        yield { offset: value.offset, length: value.length, name: name.replace(/^.*[.:]/, '') };
      } else yield* secretNodes(value, context);
    }
    return;
  }
  for (const child of node.children ?? []) yield* secretNodes(child, context);
}
