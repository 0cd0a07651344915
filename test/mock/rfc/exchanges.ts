/** Reads files of exchanges: what is asked, `<<<`, what is answered; see rfc7644.http. */

export interface Message {
  /** Request line or status line. */
  readonly start: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** JSON; empty when there is none. */
  readonly body: string;
}

export interface Exchange {
  readonly title: string;
  readonly request: Message;
  readonly answer: Message;
}

export interface Scenario {
  readonly title: string;
  readonly exchanges: readonly Exchange[];
}

/** The scenarios of TEXT. @throws Error for an exchange without an answer */
export function readScenarios(text: string): Scenario[] {
  const [, ...scenarios] = text.split(/^== /m);
  return scenarios.map((scenario) => {
    const [head = '', ...exchanges] = scenario.split(/^-- /m);
    return { title: head.trim(), exchanges: exchanges.map(readExchange) };
  });
}

function readExchange(text: string): Exchange {
  const end = text.indexOf('\n');
  const [request, answer] = text.slice(end + 1).split(/^<<<\n/m);
  const title = text.slice(0, end);
  if (request === undefined || answer === undefined) throw new Error(`${title}: no answer`);
  return { title, request: readMessage(request), answer: readMessage(answer) };
}

function readMessage(text: string): Message {
  const [head = '', ...body] = text.trim().split('\n\n');
  const [start = '', ...lines] = head.split('\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { start, headers: new Map(headers), body: body.join('\n\n') };
}
