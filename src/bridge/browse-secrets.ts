/** Cells of tables without what nobody may see: services show passwords, or hashes of them, by mistake. */

import type { Column } from '../document/table/column.js';
import { isSensitiveName } from '../redact/sensitive.js';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../scim/json.js';

const mask = '***';

/** COLUMN, which reads secrets as `***`. */
export function withoutSecrets(column: Column): Column {
  const { path, definition, read } = column;
  const isSecret = definition?.returned === 'never' || isSensitiveName(path.replace(/\[[^\]]*\]/g, ''));
  return {
    ...column,
    read: (resource) => {
      const value = read(resource);
      if (value === undefined || value === null) return value;
      return isSecret ? mask : masked(value);
    },
  };
}

/** VALUE with the members masked whose names announce a secret; VALUE itself when there are none. */
function masked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.some(holdsSecret) ? value.map(masked) : value;
  if (!isJsonObject(value) || !holdsSecret(value)) return value;
  const object: JsonObject = {};
  for (const [name, member] of Object.entries(value))
    setMember(object, name, isSensitiveName(name) ? mask : masked(member));
  return object;
}

function holdsSecret(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  return (
    isJsonObject(value) && Object.entries(value).some(([name, member]) => isSensitiveName(name) || holdsSecret(member))
  );
}
