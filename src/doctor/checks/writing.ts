/** May the credential write? Told by a throwaway user, which is created, changed and removed, whatever happens. */

import { randomUUID } from 'node:crypto';
import type { Answer, Target } from '../../client/target.js';
import { CancelledError, ResponseError, ScimError } from '../../scim/error.js';
import { isJsonObject, type JsonObject } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { urn } from '../../scim/urn.js';
import type { Check, Examination, Outcome } from '../check.js';
import { outcomeOfError } from '../failure.js';

/** For the removal, which goes on when the rest was cancelled. */
const removalMs = 15_000;

export const writing: Check = {
  id: 'SCIM006',
  title: 'permission to write',
  needs: ['network', 'access'],
  async run(examination) {
    if (!examination.writeCheck) return [skipped('not asked for (--write-check)')];
    if (examination.settings.safeguards.readOnly) return [skipped('the tenant is read-only in scim.yaml')];
    return new WriteCheck(examination).run();
  },
};

function skipped(reason: string): Outcome {
  return { id: 'SCIM006', status: 'skipped', message: `permission to write is not checked: ${reason}` };
}

class WriteCheck {
  readonly #target: Target;
  readonly #done: string[] = [];
  readonly #userName = `scim-doctor-${randomUUID()}@example.com`;

  constructor(private readonly examination: Examination) {
    this.#target = examination.target;
  }

  async run(): Promise<Outcome[]> {
    let id: string | undefined;
    const problems: Outcome[] = [];
    let cancelled: unknown;
    try {
      const created = await this.#create();
      id = created.id;
      this.#done.push('create');
      await this.#change(id, created.resource);
      this.#done.push('change');
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      if (error instanceof CancelledError) cancelled = error;
      else problems.push(this.#failed(id === undefined ? 'created' : 'changed', error));
    }
    problems.push(...(await this.#clean(id)));
    // The person has gone, but must know what stayed behind.
    if (cancelled !== undefined && problems.length === 0) throw cancelled;
    if (problems.length > 0) return problems;
    return [
      { id: 'SCIM006', status: 'ok', message: `may ${this.#done.join(', ')} users: a throwaway user is gone again` },
    ];
  }

  async #create(): Promise<{ readonly id: string; readonly resource: JsonObject }> {
    const { signal } = this.examination;
    const wanted = this.#resource();
    const answer = await this.#target.create('User', JSON.stringify(wanted), { validation: 'off' }, { signal });
    const id = idOf(answer);
    if (id !== undefined) return { id, resource: isJsonObject(answer.json) ? answer.json : wanted };
    throw new ScimError('doctor.noId', 'The answer to the creation of a throwaway user has no id', {
      remedy: `look for userName ${this.#userName} and remove it`,
    });
  }

  /** What a user needs at most services. */
  #resource(): JsonObject {
    return {
      schemas: [urn.user],
      userName: this.#userName,
      externalId: this.#userName,
      displayName: 'scim doctor',
      name: { givenName: 'scim', familyName: 'doctor' },
      emails: [{ value: this.#userName, type: 'work', primary: true }],
      active: true,
    };
  }

  /** Changes CREATED in the way in which provisioning does: what is to be sent is found out by comparing. */
  async #change(id: string, created: JsonObject): Promise<void> {
    const { signal, settings } = this.examination;
    const changeable = settings.profile.patch.attributes.User ?? ['displayName'];
    const change = changeable.includes('displayName') ? { displayName: 'scim doctor 2' } : { active: false };
    const text = JSON.stringify({ ...created, id, ...change });
    await this.#target.update('User', id, text, { validation: 'off' }, { signal });
  }

  /** Removes the user ID, or, when it is not known, whoever is called so. */
  async #clean(id: string | undefined): Promise<Outcome[]> {
    const signal = AbortSignal.timeout(removalMs);
    try {
      const ids = id === undefined ? await this.#find(signal) : [id];
      for (const each of ids) await this.#remove(each, signal);
      if (ids.length > 0) this.#done.push('remove');
      return [];
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return [this.#leftBehind(id, error)];
    }
  }

  /** A creation whose answer was lost or refused may have been carried out. */
  async #find(signal: AbortSignal): Promise<string[]> {
    const ids: string[] = [];
    try {
      const query = { filter: `userName eq "${this.#userName}"`, count: 2 };
      for await (const { resources } of this.#target.list('User', query, { signal })) {
        const ours = resources.filter((each) => getAttribute(each, 'userName') === this.#userName);
        ids.push(...ours.map((each) => getAttribute(each, 'id')).filter((each) => typeof each === 'string'));
      }
    } catch (error) {
      // Whoever cannot be looked up was refused, most likely: that is told already.
      if (!(error instanceof ScimError)) throw error;
    }
    return ids;
  }

  async #remove(id: string, signal: AbortSignal): Promise<void> {
    const { deleteEffect } = this.examination.settings.profile.deprovision;
    if (deleteEffect === 'unsupported') {
      throw new ScimError('doctor.noDelete', 'This vendor does not delete users', {
        remedy: 'remove it at the service',
      });
    }
    try {
      await this.#target.delete('User', id, {}, { signal });
    } catch (error) {
      if (!(error instanceof ResponseError) || error.status !== 404) throw error;
    }
  }

  #failed(what: string, error: ScimError): Outcome {
    const outcome = outcomeOfError(error, 'SCIM006');
    return {
      ...outcome,
      message: `a throwaway user cannot be ${what}: ${outcome.message}`,
      why: outcome.why ?? 'provisioning will fail in the same way',
    };
  }

  #leftBehind(id: string | undefined, error: ScimError): Outcome {
    const who = id === undefined ? `userName ${this.#userName}` : `/Users/${id} (userName ${this.#userName})`;
    return {
      id: 'SCIM006',
      status: 'error',
      message: `the throwaway user ${who} could not be removed: ${error.message}`,
      why: 'it stays at the service, where others may take it for a person',
      fix: id === undefined ? 'remove it at the service' : `DELETE /Users/${id}, or remove it at the service`,
    };
  }
}

function idOf({ json }: Answer): string | undefined {
  const id = isJsonObject(json) ? getAttribute(json, 'id') : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
