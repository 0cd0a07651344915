/** What each line of a request file is: read as the parser reads it, but for a file that is being written. */
import type { SourceText } from '../text.js';

export type LineKind =
  | 'separator'
  | 'comment'
  | 'variable'
  | 'request'
  | 'target'
  | 'header'
  | 'body'
  | 'assertion'
  | 'capture'
  | 'blank';

type State = 'preface' | 'target' | 'headers' | 'body' | 'checks';

/** The kinds of all lines of SOURCE. A blank line is `blank` also within a body. */
export function lineKinds(source: SourceText): LineKind[] {
  let state: State = 'preface';
  return source.lines.map(({ text }) => {
    if (text.startsWith('###')) {
      state = 'preface';
      return 'separator';
    }
    if (/^(?:#|\/\/)/.test(text)) return 'comment';
    const [kind, next] = kindIn(state, text);
    state = next;
    return kind;
  });
}

function kindIn(state: State, text: string): [LineKind, State] {
  const isBlank = text.trim() === '';
  if (state === 'preface') {
    if (isBlank) return ['blank', 'preface'];
    if (text.startsWith('@')) return ['variable', 'preface'];
    return text.startsWith('??') ? ['assertion', 'preface'] : ['request', 'target'];
  }
  if (text.startsWith('??')) return ['assertion', 'checks'];
  if (text.startsWith('@')) return ['capture', 'checks'];
  if (state === 'target' && /^\s+[?&]/.test(text)) return ['target', 'target'];
  if (isBlank) return ['blank', state === 'checks' ? 'checks' : 'body'];
  if (state === 'checks') return ['assertion', 'checks'];
  if (state === 'body' || /^\s*[{[]/.test(text)) return ['body', 'body'];
  return ['header', 'headers'];
}
