/** Names of variables that do not tell what they are, and better ones. */

/** Words that say what kind of thing a value is, or nothing at all, but not whose it is. */
const vagueWords: ReadonlySet<string> = new Set(
  `token tokens key keys apikey api secret secrets password passwd pass pwd passphrase url uri host endpoint base auth
  authorization bearer basic access client id value val user username name login credential credentials cred creds
  cert certificate private public header proxy var variable my the new old tmp temp foo bar test data config setting
  env jwt pat oauth http https previous current`.split(/\s+/),
);

/** Does NAME consist of words that any other variable of any other program could have, too? */
export function isVague(name: string): boolean {
  // Proxies have the names that all programs know.
  if (/^(https?|all|no)_proxy$/i.test(name)) return false;
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .every((word) => word.length < 2 || /^\d+$/.test(word) || vagueWords.has(word.replace(/\d+$/, '')));
}

/** A name that says whose value it is and what it is for: `SCIM_ACME_TOKEN` for OWNER `acme` and SUFFIX `TOKEN`. */
export function suggestedName(owner: string, suffix: string): string {
  const words = owner
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  return ['SCIM', ...(words === '' || words === 'SCIM' ? [] : [words]), suffix].join('_');
}
