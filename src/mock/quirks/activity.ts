/** What a write says about `active`. */

import { isJsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import type { MockRequest } from '../message.js';
import { bodyOf } from './call.js';

/** What REQUEST, a PUT or PATCH of a user, sets `active` to; undefined when it does not. */
export function setsActive(request: MockRequest): boolean | undefined {
  const body = bodyOf(request);
  if (body === undefined) return undefined;
  if (request.method === 'PUT') return asBoolean(getAttribute(body, 'active'));
  const operations = request.method === 'PATCH' ? getAttribute(body, 'Operations') : undefined;
  if (!Array.isArray(operations)) return undefined;
  return operations.map(setByOperation).findLast((set) => set !== undefined);
}

function setByOperation(operation: JsonValue): boolean | undefined {
  if (!isJsonObject(operation)) return undefined;
  const path = getAttribute(operation, 'path');
  const value = getAttribute(operation, 'value');
  if (typeof path === 'string' && path !== '') return /(^|:)active$/i.test(path) ? asBoolean(value) : undefined;
  return isJsonObject(value) ? asBoolean(getAttribute(value, 'active')) : undefined;
}

/** Clients write "False" and [false], too. */
function asBoolean(value: JsonValue | undefined): boolean | undefined {
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const text = String(single).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
