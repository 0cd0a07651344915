/** Writing by the prompt to a service that does what real ones do. */

import { afterEach, describe, expect, it } from 'vitest';
import type { ResultOf } from '../../src/protocol/index.js';
import type * as repl from '../../src/protocol/repl.js';
import { enterprise, error, html, type Resource, send } from './service.js';
import { type Scene, scene, tidyUp, told } from './workspace.js';

type Result = ResultOf<typeof repl.replEval>;

afterEach(tidyUp);

let count = 0;

async function evaluate({ ask }: Scene, text: string, more: object = {}): Promise<Result & { shown: string }> {
  const params = { session: 'test', text: { text }, evaluated: count++, tenant: 'it', ...more };
  const result = await ask<Result>('scim/repl/eval', params);
  return { ...result, shown: 'text' in result.output.text ? result.output.text.text : '' };
}

async function withAnna(settings: readonly string[] = []): Promise<Scene> {
  const at = await scene(settings);
  at.service.put('Users', '1', { userName: 'anna', title: 'Engineer', active: true });
  return at;
}

describe('what was not verified is not told', () => {
  it.each(['resource', 'nothing', 'old'] as const)(
    'looks again where a change shows late, answers with %s',
    async (answer) => {
      const at = await withAnna();
      at.service.staleMs = 1_100;
      at.service.writeAnswer = answer;
      for (const input of [
        'patch User/1 title=Director',
        'put User/1 {"userName":"anna","title":"Boss"}',
        'patch User/1 [{"op":"replace","path":"title","value":"Chief"}]',
      ]) {
        const { shown } = await evaluate(at, input);
        expect(shown).toContain('✓ verified');
        expect(shown).not.toContain('NOT AS ASKED');
      }
    },
  );

  it.each(['patch User/1 title=Director', 'put User/1 {"userName":"anna","title":"Director"}'])(
    'does not take the answer to %j for the truth',
    async (input) => {
      const at = await withAnna();
      // It says what was wanted, and keeps what was.
      at.service.keep = (_, before) => before ?? {};
      at.service.intercept = (seen, response) => {
        if (seen.method === 'GET') return false;
        send(response, 200, { id: '1', userName: 'anna', title: 'Director', active: true });
        return true;
      };
      const { shown } = await evaluate(at, input);
      expect(shown).not.toContain('✓ verified');
      expect(shown).toContain('NOT AS ASKED');
    },
  );

  it('does not say that somebody is still there who is shown for a moment', async () => {
    const at = await withAnna();
    let until = 0;
    const anna = at.service.now('Users', '1');
    at.service.intercept = (seen, response) => {
      if (seen.method === 'DELETE') until = Date.now() + 1_100;
      if (seen.method !== 'GET' || seen.path !== '/Users/1' || Date.now() > until) return false;
      send(response, 200, anna);
      return true;
    };
    const { shown } = await evaluate(at, 'delete User/1');
    expect(shown).toContain('✓ verified');
    expect(shown).not.toContain('still there');
  });

  it.each(['delete User/1', 'patch User/1 title=Director', 'put User/1 {"userName":"anna","title":"Director"}'])(
    'says that %j was sent when nothing can be read afterwards',
    async (input) => {
      const at = await withAnna();
      at.service.writeAnswer = 'nothing';
      let sent = false;
      at.service.intercept = (seen, response) => {
        if (sent) error(response, 403, 'enough');
        if (seen.method !== 'GET') sent = true;
        return sent && seen.method === 'GET';
      };
      const { shown, outcome } = await evaluate(at, input);
      expect(shown).toContain('not verified');
      expect(shown).not.toContain('✓ verified');
      expect(outcome).toBe('done');
      expect(at.service.writes).toHaveLength(1);
    },
  );

  it.each(['patch User/1 title=Director', 'put User/1 {"userName":"anna","title":"Director"}'])(
    'reads what came of %j where a web page is the answer',
    async (input) => {
      const at = await withAnna();
      at.service.intercept = (seen, response, service) => {
        if (seen.method === 'GET') return false;
        service.put('Users', '1', {
          userName: 'anna',
          title: 'Director',
          ...(seen.method === 'PUT' ? {} : { active: true }),
        });
        html(response, 200);
        return true;
      };
      const { shown } = await evaluate(at, input);
      expect(shown).toContain('✓ verified');
    },
  );

  it('takes "True" for true', async () => {
    const at = await withAnna();
    at.service.show = (resource) => ({ ...resource, active: resource.active === true ? 'True' : 'False' });
    const { shown } = await evaluate(at, 'patch User/1 active=false');
    expect(shown).toContain('✓ verified');
    expect(at.service.now('Users', '1').active).toBe(false);
  });

  it.each(['100%', 'a/b', 'ü ß'])('finds what was created as %j', async (id) => {
    const at = await withAnna();
    at.service.intercept = (seen, response, service) => {
      if (seen.method !== 'POST') return false;
      service.put('Users', id, JSON.parse(seen.body));
      const segment = id === '100%' ? id : encodeURIComponent(id);
      response.writeHead(201, { location: `${service.url}/Users/${segment}` }).end();
      return true;
    };
    const { shown, outcome } = await evaluate(at, 'create User {"userName":"berta"}');
    expect(outcome).toBe('done');
    expect(shown).toContain('✓ verified');
  });
});

describe('what is there stays', () => {
  it('to the digit, where the whole is written', async () => {
    const at = await withAnna();
    at.service.takesPatch = false;
    let body = '{"id":"1","userName":"anna","externalId":12345678901234567890}';
    at.service.intercept = (seen, response) => {
      if (seen.path !== '/Users/1') return false;
      if (seen.method === 'PUT') body = seen.body;
      send(response, 200, body);
      return true;
    };
    await evaluate(at, 'patch User/1 userName=berta');
    expect(body).toContain('12345678901234567890');
  });

  it('is not replaced by what was read before a colleague changed it', async () => {
    const at = await withAnna();
    at.service.versions = 'meta';
    const old: Resource = { userName: 'anna', title: 'Mine', meta: { version: 'W/"1"' } };
    at.service.change('Users', '1', { nickName: 'Ann' });
    const { outcome, shown } = await evaluate(at, `put User/1 ${JSON.stringify(old)}`);
    expect(outcome).toBe('failed');
    expect(shown).toContain('412');
    expect(at.service.now('Users', '1')).toMatchObject({ nickName: 'Ann', title: 'Engineer' });
  });

  it('tells an extension that a PUT lost', async () => {
    const at = await withAnna();
    at.service.keep = (wanted) => Object.fromEntries(Object.entries(wanted).filter(([name]) => name !== enterprise));
    const body = { userName: 'anna', [enterprise]: { department: 'Sales' } };
    const { shown } = await evaluate(at, `put User/1 ${JSON.stringify(body)}`);
    expect(shown).toContain('NOT AS ASKED');
    expect(shown).toContain('department');
  });
});

describe('the person who is meant', () => {
  it('is not the first of two with that name, though a page shows only one', async () => {
    const at = await scene();
    for (let index = 0; index < 40; index += 1) {
      at.service.put('Users', `u${index}`, { userName: `joanna${index}`, displayName: `Joanna ${index}` });
    }
    at.service.put('Users', 'first', { userName: 'a1', displayName: 'Anna' });
    const entries = [...at.service.kept].sort(([a]) => (a.endsWith('first') ? -1 : 0));
    at.service.kept.clear();
    for (const [key, kept] of entries) at.service.kept.set(key, kept);
    at.service.put('Users', 'second', { userName: 'a2', displayName: 'Anna' });
    const { shown } = await evaluate(at, 'delete Anna');
    expect(at.service.writes).toEqual([]);
    expect(shown).toContain('first');
    expect(shown).toContain('second');
  });

  it('is not guessed where the service ignores filters and has more than a page', async () => {
    const at = await scene();
    at.service.filters = false;
    at.service.put('Users', 'first', { userName: 'a1', displayName: 'Anna' });
    for (let index = 0; index < 300; index += 1) at.service.put('Users', `u${index}`, { userName: `x${index}` });
    at.service.put('Users', 'second', { userName: 'a2', displayName: 'Anna' });
    await evaluate(at, 'delete Anna');
    expect(at.service.writes).toEqual([]);
  });
});

describe('secrets', () => {
  const secret = 'Tr0ub4dor-and-3';

  it.each([
    `patch User/1 password=${secret}`,
    `patch User/1 password="${secret}"`,
    `patch User/1 {"op":"replace","path":"password","value":"${secret}"}`,
    `patch User/1 [{"op":"replace","value":{"password":"${secret}"}}]`,
    `create User {"userName":"berta","password":"${secret}"}`,
    `put User/1 {"userName":"anna","password":"${secret}"}`,
    `PATCH /Users/1\n\n{"schemas":[],"Operations":[{"op":"add","path":"password","value":"${secret}"}]}`,
    `users password eq "${secret}"`,
    `,set token=${secret}`,
    `,set clientSecret="${secret}"`,
    `bulk {"schemas":[],"Operations":[{"method":"POST","path":"/Users","bulkId":"1","data":{"password":"${secret}"}}]}`,
    `${secret}`,
  ])('are in no history and no answer: %s', async (input) => {
    const at = await withAnna();
    at.service.intercept = (seen, response) => {
      if (seen.method === 'GET' && !seen.path.includes('filter')) return false;
      error(response, 400, `the value ${secret} is too weak`);
      return true;
    };
    const result = await evaluate(at, input);
    expect(result.history ?? '').not.toContain(secret);
    if (input !== secret) expect(JSON.stringify(result.output)).not.toContain(secret);
    expect(told(at.bridge)).not.toContain(secret);
  });

  it('are not shown when the service shows them', async () => {
    const at = await withAnna();
    at.service.keep = (wanted) => ({ ...wanted, password: 'hash-of-theirs-1234' });
    const { shown } = await evaluate(at, `patch User/1 password=${secret}`);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain('hash-of-theirs');
  });
});

describe('safeguards', () => {
  const inputs = [
    'patch User/1 title=x',
    'patch User/1 [{"op":"replace","path":"title","value":"x"}]',
    'put User/1 {"userName":"anna"}',
    'delete User/1',
    'delete anna',
    'DELETE /Users/1',
    'POST /Users/1\nX-HTTP-Method-Override: DELETE\n\n{}',
  ];

  it.each(inputs)('hold for %j', async (input) => {
    const at = await withAnna(['confirm: writes', 'protected: [userName eq "anna"]']);
    await expect(evaluate(at, input)).rejects.toMatchObject({ data: { code: 'tenant.confirm' } });
    const { outcome, shown } = await evaluate(at, input, { confirmed: true });
    expect(outcome).toBe('failed');
    expect(shown).toContain('protects');
    expect(at.service.writes).toEqual([]);
    const reading = await withAnna(['readOnly: true']);
    expect((await evaluate(reading, input)).outcome).toBe('failed');
    expect((await evaluate(reading, 'create User {"userName":"berta"}')).outcome).toBe('failed');
    expect(reading.service.writes).toEqual([]);
  });
});
