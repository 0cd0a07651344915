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
