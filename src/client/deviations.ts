/** Where the answers of a server deviate from its own schemas: taken down, never held against it. */

import type { Redactor } from '../redact/redact.js';
import { isJsonObject, type JsonObject } from '../scim/json.js';
import { getAttribute, type ResourceType, type SchemaRegistry } from '../scim/schema/resource-type.js';
import { validateResource } from '../scim/schema/validate.js';
import type { Answer } from './types.js';

/** One rule that resources of one type break, however many do. */
export interface Deviation {
  /** Name of the resource type. */
  readonly type: string;
  /** SCIM attribute path without positions: `emails.value`. */
  readonly path: string;
  /** What is wrong, by the first example. */
  readonly message: string;
  /** E.g. `RFC 7643 §2.2`. */
  readonly rule: string;
  /** How many of the resources that were looked at show it. */
  readonly count: number;
  /** The first request whose answer showed it. */
  readonly example: string;
}

/** A server whose every attribute is unknown should not fill the memory. */
const maxDeviations = 500;
/** More warnings than these are one line. */
const maxWarnings = 5;

/**
 * The deviations of one target. A resource is looked at as a response (RFC 7643 §7); of lists the first one of each page
 * is, so that they stay fast.
 */
export class Deviations {
  readonly #found = new Map<string, { -readonly [K in keyof Deviation]: Deviation[K] }>();
  readonly #redactor: () => Redactor;

  constructor(redactor: () => Redactor) {
    this.#redactor = redactor;
  }

  /** Every deviation so far, the most frequent first. */
  get all(): Deviation[] {
    return [...this.#found.values()].sort((a, b) => b.count - a.count);
  }

  /**
   * Looks at the resource in ANSWER, or the first one of its list. PATH, relative to the base URL, is what was asked.
   * Returns warnings about what had not been seen before.
   */
  look(registry: SchemaRegistry, path: string, answer: Answer): string[] {
    const { json, status } = answer;
    if (!isJsonObject(json) || status < 200 || status > 299) return [];
    const resources = getAttribute(json, 'Resources');
    const [first] = Array.isArray(resources) ? resources : [json];
    return isJsonObject(first) ? this.lookAt(registry, path, first, answer.asked) : [];
  }

  /** Looks at RESOURCE, which came for PATH; ASKED is the request for a person. Returns as `look` does. */
  lookAt(registry: SchemaRegistry, path: string, resource: JsonObject, asked: string): string[] {
    const type = typeOf(registry, path, resource);
    if (type === undefined) return [];
    const fresh: string[] = [];
    for (const { path: at, message, rule } of validateResource(type, projected(path, resource), 'response')) {
      const place = at.replace(/\[\d+\]/g, '');
      const key = JSON.stringify([type.name, place.toLowerCase(), rule]);
      const known = this.#found.get(key);
      if (known !== undefined) known.count += 1;
      else if (this.#found.size < maxDeviations) {
        const told = this.#redactor().text(message);
        this.#found.set(key, { type: type.name, path: place, message: told, rule, count: 1, example: asked });
        fresh.push(`${type.name}${place === '' ? '' : ` ${place}`}: ${told} (${rule})`);
      }
    }
    return asWarnings(fresh);
  }
}

function asWarnings(deviations: readonly string[]): string[] {
  const shown = deviations
    .slice(0, maxWarnings)
    .map((deviation) => `The answer deviates from the schema: ${deviation}`);
  const more = deviations.length - shown.length;
  return more > 0 ? [...shown, `The answer deviates from the schema in ${more} more ways`] : shown;
}

/** The type of RESOURCE: by the path, at the root and `/Me` by what the resource says. */
function typeOf(registry: SchemaRegistry, path: string, resource: JsonObject): ResourceType | undefined {
  const byPath = registry.find(path.replace(/[?].*$/s, ''));
  if (byPath !== undefined) return byPath;
  if (!/^\/?(?:Me|\.search)?(?:[?]|$)/i.test(path)) return undefined;
  const meta = getAttribute(resource, 'meta');
  const name = isJsonObject(meta) ? getAttribute(meta, 'resourceType') : undefined;
  return typeof name === 'string' ? registry.resourceTypes.find((type) => type.name === name) : undefined;
}

/** RESOURCE as the projection that was asked for, which goes without required attributes (RFC 7644 §3.9). */
function projected(path: string, resource: JsonObject): JsonObject {
  if (!/[?&](?:excluded)?attributes=/i.test(path)) return resource;
  return Object.fromEntries(Object.entries(resource).filter(([name]) => name.toLowerCase() !== 'meta'));
}
