/** RFC 7644 §3.4.2.2: does the service find what it is asked for, and nothing else? */

import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { ask, type Check, type Outcome } from '../check.js';

export const filter: Check = {
  id: 'SCIM003',
  title: 'filter',
  needs: ['network', 'access'],
  async run(examination) {
    const { profile } = examination.settings;
    if (!profile.filter.ops.includes('eq')) {
      return [{ id: 'SCIM003', status: 'skipped', message: 'this vendor does not compare with eq, by its profile' }];
    }
    const attributes = profile.filter.attributes.User ?? ['userName'];
    const attribute = attributes.includes('userName') ? 'userName' : (attributes[0] ?? 'userName');
    // Nobody is called so: a service that finds somebody does not look at the filter.
    const text = `${attribute} eq "scim-doctor-${randomUUID()}"`;
    const answer = await ask(examination, `/Users?filter=${encodeURIComponent(text)}&count=1`);
    if (answer.status === 404 && profile.lookup.missing.includes('404')) return [works(attribute)];
    if (answer.status >= 400) return [refused(attribute, answer.status)];
    return [hasResources(answer.json) ? ignored(attribute) : works(attribute)];
  },
};

function hasResources(json: JsonValue | undefined): boolean {
  if (!isJsonObject(json)) return false;
  const resources = getAttribute(json, 'Resources');
  return Array.isArray(resources) && resources.length > 0;
}

function works(attribute: string): Outcome {
  return { id: 'SCIM003', status: 'ok', message: `filters work: ${attribute} eq "…" finds nothing that is not there` };
}

function ignored(attribute: string): Outcome {
  return {
    id: 'SCIM003',
    status: 'warning',
    message: `the filter ${attribute} eq "…" is ignored: a resource came that does not match it`,
    why: 'who trusts the answer takes a stranger for the person that was looked for',
    fix: 'compare what is found with what was looked for; scim does, and a script should',
  };
}

function refused(attribute: string, status: number): Outcome {
  return {
    id: 'SCIM003',
    status: 'warning',
    message: `the filter ${attribute} eq "…" is refused (${status})`,
    why: 'people cannot be looked up, so that all of them have to be read, and creations whose answer is lost stay open',
    fix: 'name the attributes that can be filtered in scim.yaml: profile: { filter: { attributes: { User: [externalId] } } }',
  };
}
