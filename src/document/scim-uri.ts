/** URIs of what can be visited in an editor though it is no file: resources, schemas, resource types. */

export type ScimPlace =
  | { readonly tenant: string; readonly kind: 'resource'; readonly type: string; readonly id: string }
  | { readonly tenant: string; readonly kind: 'new'; readonly type: string }
  | { readonly tenant: string; readonly kind: 'type'; readonly type: string }
  | { readonly tenant: string; readonly kind: 'schema'; readonly urn: string; readonly path?: string | undefined };

/** `scim:/TENANT/resource/TYPE/ID`, `…/new/TYPE`, `…/type/TYPE`, `…/schema/URN[/PATH]`; each part percent-encoded. */
export function scimUri(place: ScimPlace): string {
  return `scim:/${[place.tenant, place.kind, ...partsOf(place)].map(encodeURIComponent).join('/')}`;
}

/** What URI names; undefined when it is not one of `scimUri`. */
export function parseScimUri(uri: string): ScimPlace | undefined {
  if (!uri.startsWith('scim:/')) return undefined;
  let parts: string[];
  try {
    parts = uri.slice('scim:/'.length).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const [tenant, kind, first, second] = parts;
  if (tenant === undefined || first === undefined || parts.length > 4) return undefined;
  if (kind === 'resource') return second === undefined ? undefined : { tenant, kind, type: first, id: second };
  if (kind === 'new' || kind === 'type') return { tenant, kind, type: first };
  if (kind === 'schema') return { tenant, kind, urn: first, path: second };
  return undefined;
}

function partsOf(place: ScimPlace): string[] {
  switch (place.kind) {
    case 'resource':
      return [place.type, place.id];
    case 'schema':
      return place.path === undefined ? [place.urn] : [place.urn, place.path];
    default:
      return [place.type];
  }
}
