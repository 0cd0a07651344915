/** Query strings as a person would write them. */
import { Complaint } from '../complaint.js';
import { expandTarget } from '../target.js';
import { parseTemplate } from '../template.js';

/** TARGET with its query decoded where that is sent as the same; `filter=userName%20eq%20%22x%22` becomes readable. */
export function readableTarget(target: string): string {
  const mark = target.indexOf('?');
  if (mark === -1) return target;
  const path = target.slice(0, mark);
  const pairs = target.slice(mark + 1).split('&');
  return `${path}?${pairs.map(readablePair).join('&')}`;
}

function readablePair(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals === -1 || pair.includes('{{')) return pair;
  const value = decoded(pair.slice(equals + 1).replaceAll('+', ' '));
  if (value === undefined || /[\p{C}\n]/u.test(value)) return pair;
  const readable = `${pair.slice(0, equals)}=${value}`;
  return isSentAs(readable, value) ? readable : pair;
}

/** Is VALUE what a server reads when `?PAIR` is sent? */
function isSentAs(pair: string, value: string): boolean {
  try {
    const template = parseTemplate(`/x?${pair}`, 0, (complaint) => {
      throw complaint;
    });
    const sent = expandTarget(template, () => ({ kind: 'text', text: '' }));
    return decoded(sent.slice(sent.indexOf('=') + 1)) === value && !sent.slice(4).includes('&');
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return false;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
