/** RFC 7644 §4: can the documents be read in which the service describes itself? */

import { InvalidResponseError, ScimError } from '../../scim/error.js';
import { isJsonObject } from '../../scim/json.js';
import { ask, type Check, type Examination, type Outcome } from '../check.js';
import { outcomeOfError } from '../failure.js';

/** The documents that EXAMINATION's service has, and what is made do with when one cannot be read. */
function documentsOf({ settings }: Examination): { readonly path: string; readonly instead: string }[] {
  const { spcPath, resourceTypesPath, schemasPath, schemaAddress, schemaNames } = settings.profile.discovery;
  const oneByOne = schemasPath !== null && schemaAddress !== 'urn' && schemaNames.length > 0;
  const schemas = oneByOne ? schemaNames.map((name) => `${schemasPath}/${encodeURIComponent(name)}`) : [schemasPath];
  return [
    { path: spcPath, instead: 'nobody says what the service can do: the vendor profile counts' },
    { path: resourceTypesPath, instead: 'User and Group of RFC 7643 are used' },
    ...schemas.map((path) => ({ path, instead: 'the schemas of RFC 7643 are used' })),
  ].flatMap(({ path, instead }) => (path === null ? [] : [{ path, instead }]));
}

export const discovery: Check = {
  id: 'SCIM001',
  title: 'discovery',
  needs: ['network', 'access'],
  async run(examination) {
    const documents = documentsOf(examination);
    const problems: Outcome[] = [];
    const read: string[] = [];
    for (const { path, instead } of documents) {
      const problem = await readDocument(examination, path, instead);
      if (problem === undefined) read.push(path.slice(1));
      else problems.push(problem);
    }
    if (documents.length === 0) {
      return [{ id: 'SCIM001', status: 'ok', message: 'this vendor has no discovery documents: its profile counts' }];
    }
    if (problems.length > 0) return problems;
    return [{ id: 'SCIM001', status: 'ok', message: `${read.join(', ')} can be read` }];
  },
};

/** Reads the document at PATH; INSTEAD says what comes of it when that cannot be. */
async function readDocument(examination: Examination, path: string, instead: string): Promise<Outcome | undefined> {
  const { target, evidence } = examination;
  try {
    const answer = await ask(examination, path);
    target.checkAnswer(answer);
    if (!isJsonObject(answer.json) && !Array.isArray(answer.json)) {
      return unreadable(`${path} is empty, or not a SCIM document`, instead);
    }
    evidence.documents.set(path, answer);
    return undefined;
  } catch (error) {
    if (!(error instanceof ScimError) || error.code === 'cancelled') throw error;
    if (error instanceof InvalidResponseError) return { ...outcomeOfError(error, 'SCIM001'), status: 'warning' };
    if (error.code !== 'http.status') throw error;
    return unreadable(`${path} cannot be read: ${error.message}`, instead, error.remedy);
  }
}

function unreadable(message: string, why: string, remedy?: string): Outcome {
  return { id: 'SCIM001', status: 'warning', message, why, fix: remedy ?? 'tell whoever runs the service' };
}

const standardType = 'application/scim+json';

/** RFC 7644 §3.1, §8.1. */
export const contentType: Check = {
  id: 'SCIM002',
  title: 'content type',
  needs: ['network', 'access'],
  async run({ evidence, settings }) {
    const known = [standardType, ...settings.profile.http.acceptTypes];
    const types = evidence.answers
      .filter(({ answer }) => answer.text !== '')
      .map(({ answer }) => answer.contentType?.split(';')[0]?.trim().toLowerCase() ?? 'none');
    const found = [...new Set(types)];
    const strange = found.filter((type) => !known.includes(type));
    if (strange.length === 0) return [{ id: 'SCIM002', status: 'ok', message: `answers are ${found.join(', ')}` }];
    return [
      {
        id: 'SCIM002',
        status: strange.every((type) => type === 'application/json') ? 'ok' : 'warning',
        message: `answers are ${found.join(', ')}; RFC 7644 §3.1 wants ${standardType}`,
        why: 'other clients may refuse the answers, and so may a gateway on the way',
        fix: 'nothing is to be done here; whoever runs the service should know',
      },
    ];
  },
};
