/** What a person does next in a rotation, with the places to edit. Nothing is edited here: a person decides. */

import { resolve } from 'node:path';
import type { CredentialState } from './rotate.js';

/** One thing to do. */
export interface Step {
  readonly text: string;
  /** Absolute. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
}

/** Whose rotation it is. */
interface About {
  /** Path of `scim.yaml`; null when environment variables define the tenant. */
  readonly file: string | null;
  readonly tenant: string;
}

/** How to begin the rotation of CURRENT. */
export function beginningSteps(current: CredentialState, { file, tenant }: About): Step[] {
  const { key, written } = current;
  if (file === null) {
    const text = 'write a scim.yaml first: two variables of the environment cannot hold two credentials';
    return [{ text }];
  }
  const previous = previousKeyOf(key);
  const kept = written.reference === 'a literal' ? 'a reference to the value of now' : written.reference;
  return [
    {
      text: 'have the service issue a new credential beside the one in force, and store it where a reference finds it',
    },
    {
      text: `write ${previous}: ${kept}, and ${memberOf(key)}: a reference to the new one (env:, file:, auth-source:, cmd:)`,
      file,
      line: written.line,
    },
    { text: `see that both work: rotate verify --tenant ${tenant}` },
    { text: `end it when nothing uses the old one any more: rotate finish --tenant ${tenant}` },
  ];
}

/** What is to be done while there are CURRENT and PREVIOUS. */
export function nextSteps(current: CredentialState, previous: CredentialState, { file, tenant }: About): Step[] {
  const place = { file: file ?? undefined, line: current.written.line };
  if (current.probe?.verdict === 'refused') {
    const { reference } = current.written;
    return [
      { text: `put a credential in force into ${reference}, which ${current.key} refers to`, ...place },
      { text: `see that it works: rotate verify --tenant ${tenant}` },
    ];
  }
  const verify: Step = { text: `see which of them work: rotate verify --tenant ${tenant}` };
  const finish: Step = {
    text: `end it when nothing uses ${previous.key} any more: rotate finish --tenant ${tenant}`,
  };
  return current.probe?.verdict === 'accepted' ? [finish] : [verify, finish];
}

/** How to take PREVIOUS out, which is stored in the workspace ROOT. */
export function endingSteps(previous: CredentialState, root: string, { file, tenant }: About): Step[] {
  const { written, key, fingerprint, probe } = previous;
  const member = memberOf(key);
  const beside = { previousCert: 'previousKey', previousPrivateKey: 'previousKeyId, if any,' }[member];
  const also = beside === undefined ? '' : `, and ${beside} beside it`;
  const inherited = written.tenant === tenant ? '' : `, which ${tenant} inherits`;
  const edit = `take ${member}: ${written.reference} out of ${key.split('.')[0]} of tenant ${written.tenant}${inherited}${also}`;
  const which = fingerprint === undefined ? '' : ` (fingerprint ${fingerprint})`;
  return [
    { text: edit, file: file ?? undefined, line: written.line },
    ...storageSteps(previous, root),
    ...(probe?.verdict === 'refused' ? [] : [{ text: `have the service revoke the old credential${which}` }]),
  ];
}

/** How to delete what holds the value. */
function storageSteps({ written }: CredentialState, root: string): Step[] {
  const { origin, reference } = written;
  const unless = 'unless something else uses it';
  if (origin?.set !== undefined) {
    const { file, line } = origin.set;
    return [
      { text: `delete the variable ${origin.variable} from ${file}, ${unless}`, file: resolve(root, file), line },
    ];
  }
  switch (origin?.kind) {
    case 'env':
      return [{ text: `remove the variable ${origin.variable} from where it is set, ${unless}` }];
    case 'file':
      return [{ text: `delete the file that ${reference} names, ${unless}`, file: origin.path, line: 1 }];
    case 'auth-source':
    case 'cmd':
      return [{ text: `delete the entry that ${reference} finds, ${unless}` }];
    default:
      return [];
  }
}

function memberOf(key: string): string {
  return key.split('.')[1] ?? key;
}

/** `previousToken` of `auth.token`. */
function previousKeyOf(key: string): string {
  const member = memberOf(key);
  // There is no previous PKCS #12: it is given as PEM.
  if (member === 'pfx' || member === 'cert') return 'previousCert and previousKey';
  return `previous${member.charAt(0).toUpperCase()}${member.slice(1)}`;
}
