/** The vendor profiles, by name. To add one: a file of data in `profiles`, and a line here. */

import { closest } from '../scim/schema/suggest.js';
import { complete, type KnownProfile, type ProfileValues, settle, type VendorProfile } from './profile.js';
import { atlassian } from './profiles/atlassian.js';
import { auth0 } from './profiles/auth0.js';
import { awsIamIdentityCenter } from './profiles/aws-iam-identity-center.js';
import { databricks } from './profiles/databricks.js';
import { entraId, entraIdClient } from './profiles/entra-id.js';
import { generic } from './profiles/generic.js';
import { githubEnterprise, githubOrganization } from './profiles/github.js';
import { gitlab, gitlabSelfManaged } from './profiles/gitlab.js';
import { google } from './profiles/google.js';
import { keycloak } from './profiles/keycloak.js';
import { okta } from './profiles/okta.js';
import { onelogin } from './profiles/onelogin.js';
import { sailpointIdentityIq, sailpointIsc } from './profiles/sailpoint.js';
import { salesforce } from './profiles/salesforce.js';
import { slack } from './profiles/slack.js';
import { snowflake } from './profiles/snowflake.js';
import { zoom } from './profiles/zoom.js';

export type { ProfileValues } from './profile.js';
export { generic } from './profiles/generic.js';

/** The values of the RFC: for a service of which nothing is known. */
export const standard: ProfileValues = settle(generic);

const known: readonly KnownProfile[] = [
  okta,
  entraId,
  entraIdClient,
  onelogin,
  sailpointIdentityIq,
  sailpointIsc,
  auth0,
  awsIamIdentityCenter,
  githubEnterprise,
  githubOrganization,
  gitlab,
  gitlabSelfManaged,
  google,
  keycloak,
  slack,
  atlassian,
  salesforce,
  zoom,
  databricks,
  snowflake,
];

/** The profile called NAME, or with that alias, in any case; undefined when there is none. */
export function find(name: string): VendorProfile | undefined {
  const wanted = name.trim().toLowerCase();
  const isMeant = (profile: KnownProfile): boolean => profile.name === wanted || profile.aliases.includes(wanted);
  if (isMeant(generic)) return generic;
  const found = known.find(isMeant);
  return found === undefined ? undefined : complete(found, generic.facts);
}

/** The names of all profiles, `generic` first; without aliases. */
export function names(): string[] {
  return [generic, ...known].map(({ name }) => name);
}

/** The name of a profile that NAME may be a misspelling of. */
export function suggestName(name: string): string | undefined {
  const everyName = [generic, ...known].flatMap((profile) => [profile.name, ...profile.aliases]);
  return closest(name.trim(), everyName);
}
