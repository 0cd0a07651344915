/** RFC 7644 §3.4.3: is a JSON value a search? */

import { isJsonObject, type JsonValue } from '../../scim/json.js';
import { compileAttribute } from '../../scim/schema/compile.js';
import type { Finding } from '../../scim/schema/finding.js';
import { normaliseNames } from '../../scim/schema/names.js';
import { attributeKey, getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { unknownPath } from '../../scim/schema/validate-patch.js';
import { checkValues } from '../../scim/schema/values.js';
import type { PayloadContext } from './context.js';
import type { PlacedFinding } from './diagnose.js';
import { filterFindings } from './filters.js';
import { searchRequest } from './messages.js';

const rule = 'RFC 7644 §3.4.3';

/** What is wrong with the search VALUE; its attributes and filter are measured by the type of CONTEXT. */
export function searchFindings(value: JsonValue, context: PayloadContext): PlacedFinding[] {
  if (!isJsonObject(value))
    return [{ path: [], at: 'value', message: 'A search is a JSON object', rule, severity: 'error' }];
  const findings = messageFindings(searchRequest, value, rule);
  const both = ['attributes', 'excludedAttributes'].map((name) => attributeKey(value, name));
  const [, excluded] = both;
  if (excluded !== undefined && both[0] !== undefined) {
    const message = 'cannot be given together with `attributes`';
    findings.push({ path: [excluded], at: 'key', message, rule: 'RFC 7644 §3.9', severity: 'error' });
  }
  return [...findings, ...attributeNames(value, context.type), ...filterFindings(value, context)];
}

/**
 * What is wrong with VALUE as the message DEFINITION: names, types, what is missing. A value that is not one of those
 * listed is an error: the standard lists all that a message may have.
 */
export function messageFindings(definition: AttributeDefinition, value: JsonValue, source: string): Finding[] {
  const compiled = compileAttribute(definition, 'create');
  const original = { [definition.name]: value };
  const findings: Finding[] = [];
  const normal = normaliseNames(compiled.members, original, [], findings);
  return [...findings, ...checkValues(compiled, normal, original)].map((finding) => {
    const isListed = finding.severity === 'warning' && finding.message.startsWith('is not a canonical value');
    const message = isListed ? finding.message.replace(/^.*usual are/, 'must be one of') : finding.message;
    return {
      ...finding,
      path: finding.path.slice(1),
      message,
      rule: source,
      severity: isListed ? 'error' : finding.severity,
    };
  });
}

function attributeNames(value: Parameters<typeof getAttribute>[0], type: ResourceType | undefined): Finding[] {
  if (type === undefined) return [];
  return ['attributes', 'excludedAttributes', 'sortBy'].flatMap((name) => {
    const key = attributeKey(value, name) ?? name;
    const given = getAttribute(value, name);
    const list = Array.isArray(given) ? given : [given];
    return list.flatMap((path, index): Finding[] => {
      if (typeof path !== 'string' || type.lookup(path.trim()) !== undefined) return [];
      const place = Array.isArray(given) ? [key, index] : [key];
      const message = unknownPath(type, path.trim());
      return [
        {
          path: place,
          at: 'value',
          message,
          rule: 'RFC 7644 §3.10',
          severity: name === 'sortBy' ? 'error' : 'warning',
        },
      ];
    });
  });
}
