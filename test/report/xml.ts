/** A strict reader of the XML that a report may be: elements, attributes, text, no DTD; throws on anything else. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** XML 1.0 §2.2. */
const allowed = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function parseXml(source: string): XmlElement {
  if (!allowed.test(source)) throw new Error('A character that XML does not allow');
  const body = source.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const top: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const token = /<(\/?)([A-Za-z-]+)((?:\s+[A-Za-z-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  for (let at = 0; at < body.length; at = token.lastIndex) {
    const match = token.exec(body);
    const parent = open.at(-1);
    if (match === null || parent === undefined) throw new Error(`Not XML at ${at}: ${body.slice(at, at + 60)}`);
    const [, closing, name = '', attributes = '', empty, text] = match;
    if (text !== undefined) parent.text += decode(text.replace(/\r\n?/g, '\n'));
    else if (closing === '/') {
      if (parent.name !== name) throw new Error(`</${name}> closes <${parent.name}>`);
      open.pop();
    } else {
      const element = { name, attributes: readAttributes(attributes), children: [], text: '' };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [root, ...more] = top.children;
  if (open.length !== 1 || root === undefined || more.length > 0 || top.text.trim() !== '')
    throw new Error('Not one root');
  return root;
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([A-Za-z-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`Attribute ${name} twice`);
    // XML 1.0 §3.3.3: white space is normalised before references are replaced.
    attributes[name] = decode(value.replace(/\r\n?|[\t\n]/g, ' '));
  }
  return attributes;
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|([a-z]+));|&/g, (all, code?: string, name?: string) => {
    const char = code === undefined ? entities[name ?? ''] : String.fromCodePoint(Number(code));
    if (char === undefined || !allowed.test(char)) throw new Error(`Bad reference ${all}`);
    return char;
  });
}
