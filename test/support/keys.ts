/** Keys as Emacs writes them, and the bytes that a terminal sends for them. */

const named: Readonly<Record<string, string>> = {
  RET: '\r',
  TAB: '\t',
  SPC: ' ',
  DEL: '\u007f',
  ESC: '\u001b',
  '<backtab>': '\u001b[Z',
  '<up>': '\u001bOA',
  '<down>': '\u001bOB',
  '<right>': '\u001bOC',
  '<left>': '\u001bOD',
};

/** The bytes for KEYS, such as `C-x o` or `M-x`: keys with spaces between them, as the function `kbd` of Emacs reads them. */
export function terminalBytes(keys: string): string {
  return keys
    .split(' ')
    .filter((key) => key !== '')
    .map(bytesOfKey)
    .join('');
}

function bytesOfKey(key: string): string {
  const name = named[key];
  if (name !== undefined) return name;
  if (key.startsWith('C-M-')) return `\u001b${bytesOfKey(`C-${key.slice(4)}`)}`;
  if (key.startsWith('M-') && key.length > 2) return `\u001b${bytesOfKey(key.slice(2))}`;
  if (key.startsWith('C-') && key.length > 2) return control(key.slice(2));
  return key;
}

/** What comes of KEY with the control key held. */
function control(key: string): string {
  if (key === 'SPC' || key === '@') return '\u0000';
  if (key === '/' || key === '_') return '\u001f';
  if (key === '?') return '\u007f';
  const code = key.toUpperCase().charCodeAt(0);
  if (key.length !== 1 || code < 0x40 || code > 0x5f) throw new Error(`Terminals cannot send C-${key}`);
  return String.fromCharCode(code & 0x1f);
}
