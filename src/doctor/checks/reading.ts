/** May the credential read what the service has? */

import { isJsonObject } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { ask, type Check, type Examination, type Outcome } from '../check.js';

export const reading: Check = {
  id: 'SCIM006',
  title: 'permission to read',
  needs: ['network', 'access'],
  async run(examination) {
    const readable: string[] = [];
    const problems: Outcome[] = [];
    for (const endpoint of endpointsOf(examination)) {
      const { status } = await ask(examination, `${endpoint}?count=1`);
      if (status < 400) readable.push(endpoint.slice(1));
      else problems.push(unreadable(endpoint, status));
    }
    if (readable.length === 0) return problems;
    return [{ id: 'SCIM006', status: 'ok', message: `may read ${readable.join(', ')}` }, ...problems];
  },
};

/** The endpoints that the service names, or those of RFC 7643. */
function endpointsOf({ evidence, settings }: Examination): string[] {
  const { discovery, groups, base } = settings.profile;
  const standard = groups.supported ? ['/Users', '/Groups'] : ['/Users'];
  const json =
    discovery.resourceTypesPath === null ? undefined : evidence.documents.get(discovery.resourceTypesPath)?.json;
  const resources = isJsonObject(json) ? getAttribute(json, 'Resources') : json;
  const named = (Array.isArray(resources) ? resources : []).filter(isJsonObject).flatMap((type) => {
    const endpoint = getAttribute(type, 'endpoint');
    return typeof endpoint === 'string' && /^\/?[\w.-]+$/.test(endpoint) ? [`/${endpoint.replace(/^\//, '')}`] : [];
  });
  const chosen = named.length === 0 ? standard : named.slice(0, 10);
  return base.pathCase === 'lower' ? chosen.map((endpoint) => endpoint.toLowerCase()) : chosen;
}

function unreadable(endpoint: string, status: number): Outcome {
  const isForbidden = status === 403 || status === 401;
  return {
    id: isForbidden ? 'AUTH002' : 'SCIM006',
    status: 'warning',
    message: `${endpoint.slice(1)} cannot be read (${status})`,
    why: 'what is there cannot be compared with what should be there',
    fix: isForbidden
      ? 'give the credential the scope or the role for it, at the service'
      : `see what the service says: GET ${endpoint}?count=1`,
  };
}
