/** How answers look whatever they say: media types, and errors in other shapes than that of RFC 7644 §3.12. */

import type { JsonObject } from '../../scim/json.js';
import { emptyResponse, type MockResponse } from '../message.js';
import type { Middleware } from '../middleware.js';
import { contentOf, withContent } from './call.js';
import { isSame, type QuirkValues, standardSettings } from './values.js';

const usualType = 'application/scim+json';

/** Answers in the first media type of VALUES. */
export function mediaType({ http }: QuirkValues): Middleware | undefined {
  const [type] = http.acceptTypes;
  if (type === undefined || type === usualType) return undefined;
  return (request, next) => {
    const response = next(request);
    const given = response.headers['content-type'];
    if (given?.startsWith(usualType) !== true) return response;
    return { ...response, headers: { ...response.headers, 'content-type': given.replace(usualType, type) } };
  };
}

/** Errors as VALUES have them. */
export function errorShape({ error }: QuirkValues): Middleware | undefined {
  const usual = standardSettings();
  const isUsual = Object.entries(error).every(([flag, value]) => isSame(value, usual.get(`error.${flag}`)));
  if (isUsual) return undefined;
  return (request, next) => {
    const response = next(request);
    return response.status < 400 ? response : reshaped(response, error);
  };
}

function reshaped(response: MockResponse, error: QuirkValues['error']): MockResponse {
  if (response.status === 401 && error.bare401) {
    const { 'content-type': _type, ...headers } = response.headers;
    return emptyResponse(401, headers);
  }
  const content = contentOf(response);
  if (content === undefined) return response;
  const named = withName(content, response.status, error);
  const detail = typeof named.detail === 'string' ? named.detail : '';
  switch (error.shape) {
    case 'scim':
      return withContent(response, error.status === 'number' ? { ...named, status: response.status } : named);
    case 'scim1':
      return withContent(response, { Errors: [{ description: detail, code: response.status }] });
    case 'custom':
      return withContent(response, {
        error: nameOf(response.status, error) ?? String(response.status),
        message: detail,
      });
    case 'html':
      return htmlPage(response, detail);
  }
}

/** CONTENT, a SCIM error, with the vendor's own name of it. */
function withName(content: JsonObject, status: number, error: QuirkValues['error']): JsonObject {
  if (error.nameIn === 'scimType') {
    const keyword = typeof content.scimType === 'string' ? content.scimType.toLowerCase() : undefined;
    const name = Object.keys(error.names).find((one) => one.replaceAll('_', '').toLowerCase() === keyword);
    return name === undefined ? content : { ...content, scimType: name };
  }
  const name = nameOf(status, error);
  return name === undefined ? content : { ...content, detail: `${name}: ${String(content.detail ?? '')}` };
}

function nameOf(status: number, { names }: QuirkValues['error']): string | undefined {
  return Object.entries(names).find(([, of]) => of === status)?.[0];
}

function htmlPage(response: MockResponse, detail: string): MockResponse {
  const text = detail.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const page = `<!DOCTYPE html><html><head><title>${response.status}</title></head><body>${text}</body></html>`;
  const headers = { ...response.headers, 'content-type': 'text/html;charset=utf-8' };
  return { ...response, headers, body: Buffer.from(page) };
}
