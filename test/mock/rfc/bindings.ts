/** Compares answers with printed ones, in which ids and versions are those of another server. */

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const version = /^W\/"[^"]+"$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Members that a service provider may add to what the RFC prints. */
const optional = new Set(['schemas', 'meta', 'itemsPerPage', 'startIndex', 'display', 'groups', 'displayName']);

/**
 * What the ids and versions of the text stand for on this server: each is bound where it is seen first, and must be the
 * same from then on; two of them are never the same.
 */
export class Bindings {
  private readonly bound = new Map<string, string>();

  /** BASE is the URL that `https://example.com/v2` stands for. */
  constructor(private readonly base: string) {}

  /** TEXT with what is known in place of what is printed. */
  resolve(text: string): string {
    return text
      .replaceAll('https://example.com/v2', this.base)
      .replace(uuid, (id) => this.bound.get(id) ?? id)
      .replace(/W(\\?\/)(\\?")([^"\\]+)\2/g, (tag, _slash, quote: string, opaque: string) => {
        const actual = this.bound.get(`W/"${opaque}"`);
        return actual === undefined ? tag : actual.replaceAll('"', quote);
      });
  }

  /** Differences between PRINTED and ACTUAL, one sentence each; WHERE is the path of both. */
  compare(printed: unknown, actual: unknown, where = ''): string[] {
    if (typeof printed === 'string') return this.compareText(printed, actual, where);
    if (Array.isArray(printed)) {
      if (!Array.isArray(actual) || actual.length !== printed.length) return [different(printed, actual, where)];
      return printed.flatMap((element, index) => this.compare(element, actual[index], `${where}[${index}]`));
    }
    if (typeof printed !== 'object' || printed === null) {
      return Object.is(printed, actual) ? [] : [different(printed, actual, where)];
    }
    if (typeof actual !== 'object' || actual === null) return [different(printed, actual, where)];
    return this.compareMembers(new Map(Object.entries(printed)), new Map(Object.entries(actual)), where);
  }

  private compareMembers(printed: Map<string, unknown>, actual: Map<string, unknown>, where: string): string[] {
    const added = [...actual.keys()].filter((name) => !printed.has(name) && !optional.has(name));
    return [
      ...added.map((name) => `${where}.${name} is not expected`),
      ...[...printed].flatMap(([name, value]) => this.compare(value, actual.get(name), `${where}.${name}`)),
    ];
  }

  private compareText(printed: string, actual: unknown, where: string): string[] {
    if (typeof actual !== 'string') return [different(printed, actual, where)];
    if (where.endsWith('.detail')) return actual.length > 0 ? [] : [`${where} is empty`];
    if (dateTime.test(printed)) return dateTime.test(actual) ? [] : [different(printed, actual, where)];
    this.learn(printed, actual);
    const wanted = this.resolve(printed);
    return wanted === actual ? [] : [different(wanted, actual, where)];
  }

  private learn(printed: string, actual: string): void {
    if (version.test(printed)) this.bind(printed, actual);
    const ids = actual.match(uuid) ?? [];
    (printed.match(uuid) ?? []).forEach((id, index) => {
      const found = ids[index];
      if (found !== undefined) this.bind(id, found);
    });
  }

  private bind(printed: string, actual: string): void {
    if (!this.bound.has(printed) && ![...this.bound.values()].includes(actual)) this.bound.set(printed, actual);
  }
}

function different(wanted: unknown, actual: unknown, where: string): string {
  return `${where || 'the answer'} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`;
}
