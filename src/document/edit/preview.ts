/** What would be sent for what was typed, for a person to look at; nothing is sent for it. */

import { addressOf } from '../../client/address.js';
import type { Target } from '../../client/target.js';
import { prettyJson } from '../../scim/json-text.js';
import type { RequestPreview } from '../preview.js';
import { type Edited, type Plan, type PlannedRequest, planEdit, type Service } from './edited.js';
import { unifiedDiff } from './unified.js';

export interface EditPreview {
  readonly plan: Plan;
  /** Unified, redacted; empty when the text does not differ. */
  readonly diff: string;
  readonly requests: readonly RequestPreview[];
}

/** Longest text whose difference is shown. */
const longestDiff = 2_000_000;

/** What saving EDITED would send, provided that nobody else changes it meanwhile. Throws as `planEdit`. */
export function previewEdit(service: Service, edited: Edited, name: string): EditPreview {
  const plan = planEdit(service, edited);
  const { target } = service;
  const shown = (text: string): string => `${prettyJson(target.redactor.json(text))}\n`;
  const after = edited.id === null ? (plan.requests[0]?.body ?? '{}') : edited.text;
  const before = edited.id === null ? '' : shown(edited.base);
  const isShort = edited.base.length + edited.text.length <= longestDiff;
  const diff = isShort
    ? unifiedDiff(before, shown(after), { before: `${name} as it was read`, after: `${name} as it was edited` })
    : '';
  return { plan, diff, requests: plan.requests.map((request) => shownRequest(target, request, name)) };
}

function shownRequest(target: Target, { method, path, headers, body }: PlannedRequest, name: string): RequestPreview {
  const { redactor } = target;
  return {
    name,
    method,
    url: redactor.url(target.baseUrl.origin + addressOf(target.baseUrl, path).path),
    headers: target.headersOf({ method, path, headers, body }),
    body: prettyJson(redactor.json(body)),
  };
}
