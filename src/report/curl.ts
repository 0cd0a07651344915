/** An exchange as a curl command that can be pasted into a shell and shared: it holds no secret. */

/** What is needed of an exchange; everything in it is redacted already. */
export interface CurlSource {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  requestHeaders(): readonly (readonly [string, string])[];
  requestBody(maxChars: number): string | undefined;
}

export interface CurlOptions {
  /** Shell variable that stands for the token, e.g. `SCIM_AUTH_TOKEN`. */
  readonly tokenVariable: string;
}

/** What redaction leaves in the place of a secret. */
const mask = '***';
/** Headers that curl sets itself. */
const ownHeaders = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'user-agent']);
const maxBody = 1_000_000;

/**
 * EXCHANGE as a command for any POSIX shell. A masked credential becomes a shell variable: the token is
 * `$SCIM_AUTH_TOKEN` (`options.tokenVariable`), any other masked value `$SCIM_SECRET`.
 */
export function curlCommand(exchange: CurlSource, options: CurlOptions): string {
  // curl would read brackets in a URL as a range.
  const globbing = /[[\]{}]/.test(exchange.url) ? '--globoff ' : '';
  const lines = [`curl ${globbing}--request ${quote(exchange.method, secret)} ${quote(exchange.url, secret)}`];
  for (const [name, value] of exchange.requestHeaders()) {
    if (ownHeaders.has(name.toLowerCase())) continue;
    const variable = name.toLowerCase() === 'authorization' ? options.tokenVariable : secret;
    lines.push(`--header ${quote(`${name}: ${value}`, variable)}`);
  }
  const body = exchange.requestBody(maxBody);
  if (body !== undefined && body !== '') lines.push(`--data-raw ${quote(body, secret)}`);
  return lines.join(' \\\n  ');
}

const secret = 'SCIM_SECRET';

/** TEXT as one word of a shell, with each mask in it as the value of VARIABLE. */
function quote(text: string, variable: string): string {
  const plain = (part: string): string => (part === '' ? '' : `'${part.replaceAll("'", `'\\''`)}'`);
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return text.split(mask).map(plain).join(`"$${variable}"`) || "''";
}
