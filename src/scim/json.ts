/** A JSON value as `JSON.parse` makes it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object as `JSON.parse` makes it. */
export interface JsonObject {
  [name: string]: JsonValue;
}

/** Is VALUE a JSON object (neither null nor an array)? */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Set the own member NAME of OBJECT, also when it is called `__proto__`, which plain assignment would not create. */
export function setMember(object: JsonObject, name: string, value: JsonValue): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[name] = value;
  }
}
