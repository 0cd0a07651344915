/** Which member, parameter and header names announce a secret. */

const passwordLike = /passw(?:or)?d|passphrase|passcode|^pwd$/;
const secretLike = /secret|^(?:x?api|private|access|signing)key$|assertion$|^credentials?$|^(?:proxy)?authorization$/;
const tokenLike =
  /token$|^jwt$|^(?:set)?cookies?2?$|^otp$|^(?:device|authorization)code$|^codeverifier$|^saml(?:response|request)$/;
/** Tokens that only say where a list goes on. */
const pagingToken = /(?:page|next|continuation|skip|sync|delta)token$/;

const remembered = new Map<string, boolean>();
const rememberedLimit = 4096;

/**
 * Does NAME announce a secret? Takes the name of a JSON member, of a query or form parameter, or a SCIM attribute path
 * in any notation: `password`, `User.password`, `urn:…:core:2.0:User:password`, `client_secret`. Letter case, `-` and
 * `_` do not matter. RFC 7643 §4.1.1 (password), RFC 6749 §2.3, §5.1 (client credentials, tokens).
 */
export function isSensitiveName(name: string): boolean {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const verdict = name
    .slice(name.lastIndexOf(':') + 1)
    .split(/[^A-Za-z0-9_-]+/)
    .some(isSensitiveWord);
  if (remembered.size < rememberedLimit) remembered.set(name, verdict);
  return verdict;
}

function isSensitiveWord(word: string): boolean {
  const plain = word.replace(/[-_]/g, '').toLowerCase();
  if (plain === '' || pagingToken.test(plain)) return false;
  return passwordLike.test(plain) || secretLike.test(plain) || tokenLike.test(plain);
}

/** Does the SCIM filter FILTER compare an attribute that holds a secret, so that its literal is one? */
export function comparesSecret(filter: string): boolean {
  for (const [, attribute] of filter.matchAll(/(?<![\w:.$-])([\w:.$-]+)\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s/gi)) {
    if (attribute !== undefined && isSensitiveName(attribute)) return true;
  }
  return false;
}

/** Is the value of the HTTP header NAME a secret? Challenges (`WWW-Authenticate`) are not. */
export function isSensitiveHeader(name: string): boolean {
  return isSensitiveName(name) || /(?:^|-)(?:auth|key|session)(?:-|$)/i.test(name);
}
