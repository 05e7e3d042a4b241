// The desk over HTTP: who may what, signing in, and each thing that can be done, as forms and for
// programs.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api } from '../../src/desk/api.ts';
import { deskPages } from '../../src/desk/pages.ts';
import { writing } from '../../src/desk/shell/desk.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { ROLES, type Role } from '../../src/ledger/accounts.ts';
import type { Incident } from '../../src/ledger/incident.ts';
import { PERMISSIONS } from '../../src/operations/roles.ts';
import { stage } from '../../src/publish/stage.ts';
import { found, PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { BODY, DUE, GDP, never, on, PLAN } from '../helpers/bureau.ts';
import { PASSWORD, type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

const THREE = PLAN.replace('window: 12h }', 'window: 12h, approval: three }');
let bureau: Watched;
let desk: TestDesk;

async function open(plan = PLAN, start = '2026-07-15T10:00:00+08:00'): Promise<void> {
  bureau = await watched(start, { plan, more: PEOPLE });
  desk = await testDesk(bureau);
}
beforeEach(() => open());
afterEach(async () => {
  await desk.close();
  await bureau.close();
});
const events = async (): Promise<string[]> =>
  (await bureau.app.journal.newest(50)).map(({ event, actor }) => `${event} ${actor}`);

describe('signing in', () => {
  test('right and wrong, the same words for a wrong name; the cookie is out of reach of scripts', async () => {
    await desk.person('wang', 'operator');
    await expect(desk.signIn('wang', 'nothing like it')).rejects.toThrow(
      '401 用户名、密码或动态码不对',
    );
    await expect(desk.signIn('nobody', PASSWORD)).rejects.toThrow('401 用户名、密码或动态码不对');
    const answer = await desk.send('/desk/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ name: 'wang', password: PASSWORD }),
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^banli=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(await events()).toEqual(
      expect.arrayContaining(['signed-in wang', 'sign-in-refused wang', 'sign-in-refused ?']),
    );
  });

  test('behind HTTPS the cookie is for this host alone and never sent without', async () => {
    await desk.close();
    await bureau.close();
    bureau = await watched('2026-07-15T10:00:00+08:00', {
      edit: (yaml) => yaml.replace('http://127.0.0.1:8040/', 'https://tjj.example.gov.cn/'),
    });
    desk = await testDesk(bureau);
    await desk.person('wang', 'operator');
    const answer = await desk.send('/desk/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ name: 'wang', password: PASSWORD }),
    });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-banli=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  test('five wrong passwords shut the name for where they come from, for the right one too, and a mail says so', async () => {
    await desk.person('wang', 'operator');
    await desk.person('chen', 'operator');
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(desk.signIn('wang', 'wrong wrong wrong')).rejects.toThrow('401');
    await expect(desk.signIn('wang')).rejects.toThrow('429 从这里尝试的次数太多');
    await bureau.post();
    expect(bureau.mail('有人多次输错账户 wang 的密码').text).toContain(
      '有人在 127.0.0.1 连续输错账户 wang 的密码，那里 15 分钟内不能再试',
    );
    expect(await events()).toContain('locked-out wang');
    // Neither a colleague at the same address nor the person elsewhere is shut out.
    await desk.signIn('chen');
    await desk.signIn('wang', PASSWORD, '203.0.113.7');
  });

  test('twenty-nine wrong ones at once are looked at no more than five times', async () => {
    await desk.person('wang', 'operator');
    const tries = await Promise.allSettled(
      Array.from({ length: 29 }, () => desk.signIn('wang', 'wrong wrong wrong')),
    );
    const answers = tries.map((one) => String((one as PromiseRejectedResult).reason).slice(7, 10));
    expect(answers.filter((status) => status === '401')).toHaveLength(5);
    expect(answers.filter((status) => status === '429')).toHaveLength(24);
  });

  test('a bureau of forty behind one address signs in; who mistypes a name for ever is shut out at fifty', async () => {
    await desk.person('wang', 'operator');
    for (let time = 0; time < 40; time++) await desk.signIn('wang');
    for (let time = 0; time < 50; time++)
      await expect(desk.signIn(`nobody${time}`, 'x')).rejects.toThrow('401');
    await expect(desk.signIn('wang')).rejects.toThrow('429');
    await desk.signIn('wang', PASSWORD, '203.0.113.7');
  });

  test('whose proxy is not believed is counted by the proxy’s own address', async () => {
    await desk.close();
    await bureau.close();
    bureau = await watched('2026-07-15T10:00:00+08:00', {
      edit: (yaml) => yaml.replace('site: {', 'site: { trustedProxies: [10.0.0.0/8],'),
    });
    desk = await testDesk(bureau);
    await desk.person('wang', 'operator');
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(
        desk.signIn('wang', 'wrong wrong wrong', `203.0.113.${attempt}`),
      ).rejects.toThrow('401');
    await expect(desk.signIn('wang', PASSWORD, '203.0.113.200')).rejects.toThrow('429');
  });

  test('no page of another site signs anybody in', async () => {
    await desk.person('wang', 'operator');
    const from = async (headers: Record<string, string>): Promise<number> =>
      (
        await desk.send('/desk/sign-in', {
          method: 'POST',
          headers,
          body: new URLSearchParams({ name: 'wang', password: PASSWORD }),
        })
      ).status;
    expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await from({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await from({ origin: 'null' })).toBe(403);
    expect(await from({ 'sec-fetch-site': 'same-origin', origin: desk.url })).toBe(303);
    expect(await from({ origin: desk.url })).toBe(303);
  });

  test('with a second factor: password, then code; a code is good once', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const secret =
      /name="secret" value="([A-Z2-7]{32})"/.exec((await wang.get('/desk/me/')).text)?.[1] ?? '';
    const code = (): string =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: bureau.clock.now() });
    const other = await desk.signIn('wang');
    const wrong = code() === '000000' ? '000001' : '000000';
    expect((await wang.post('/desk/me/totp', { secret, code: code() })).text).toContain(
      '需要再确认是您本人',
    );
    expect(
      (await wang.post('/desk/me/totp', { secret, code: wrong, confirm: PASSWORD })).text,
    ).toContain('动态码不对');
    expect(
      (await wang.post('/desk/me/totp', { secret, code: code(), confirm: PASSWORD })).text,
    ).toContain('动态码已启用');
    // Every other session before it is over.
    expect([(await other.get('/desk/')).status, (await wang.get('/desk/')).status]).toEqual([
      303, 200,
    ]);
    bureau.clock.turnTo('2026-07-15T10:05:00+08:00');
    const second = async (): Promise<string> => {
      const page = await desk.send('/desk/sign-in', {
        method: 'POST',
        body: new URLSearchParams({ name: 'wang', password: PASSWORD }),
      });
      expect(page.status).toBe(200);
      return /name="ticket" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    };
    const enter = async (ticket: string, typed: string) =>
      desk.send('/desk/sign-in/code', {
        method: 'POST',
        body: new URLSearchParams({ ticket, code: typed }),
      });
    const used = code();
    expect((await enter(await second(), used)).status).toBe(303);
    expect((await enter(await second(), used)).status).toBe(401);
    bureau.clock.turnTo('2026-07-15T10:06:00+08:00');
    const ticket = await second();
    expect((await enter(ticket, '12')).status).toBe(401);
    expect((await enter(ticket, code())).status).toBe(401);
    // Another factor takes a code of this one besides.
    bureau.clock.turnTo('2026-07-15T10:07:00+08:00');
    const fresh = new Secret({ size: 20 }).base32;
    const of = (one: string): string =>
      new TOTP({ secret: Secret.fromBase32(one) }).generate({ timestamp: bureau.clock.now() });
    const change = (form: Record<string, string>) =>
      wang.post('/desk/me/totp', { secret: fresh, confirm: PASSWORD, ...form });
    expect((await change({ code: of(fresh) })).text).toContain('现在的动态码不对');
    expect((await change({ code: of(fresh), present: of(secret) })).text).toContain('动态码已启用');
    // Shut out by wrong passwords, a person with both comes in all the same.
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(desk.signIn('wang', 'wrong wrong wrong')).rejects.toThrow(/401|429/);
    await expect(desk.signIn('wang')).rejects.toThrow('429');
    const both = async (typed: string) =>
      desk.send('/desk/sign-in', {
        method: 'POST',
        body: new URLSearchParams({ name: 'wang', password: PASSWORD, code: typed }),
      });
    expect((await both('')).text).toContain('可以把密码和动态码一起输入');
    bureau.clock.turnTo('2026-07-15T10:08:00+08:00');
    expect((await both('12')).status).toBe(401);
    expect((await both(of(fresh))).status).toBe(303);
  });

  test('where everybody needs a second factor, nothing else can be done before it is set up', async () => {
    await desk.close();
    await bureau.close();
    bureau = await watched('2026-07-15T10:00:00+08:00', { more: 'desk: { totp: required }' });
    desk = await testDesk(bureau);
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    // Signing in leads to setting it up by itself, and nothing else answers, tokens included.
    expect((await wang.get('/desk/')).headers.get('location')).toBe('/desk/me/');
    const page = (await wang.get('/desk/me/')).text;
    expect(page).toContain('先设置动态码');
    expect(page).not.toContain('/desk/me/tokens');
    const made = await wang.post('/desk/me/tokens', {
      label: 'x',
      scopes: ['read'],
      confirm: PASSWORD,
    });
    expect(made.text).not.toContain('banli_');
    const asked = await desk.send('/api/v1/tokens', {
      method: 'POST',
      headers: {
        cookie: wang.cookie,
        'x-csrf-token': wang.csrf,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ label: 'x', scopes: ['read'], confirm: PASSWORD }),
    });
    expect([asked.status, JSON.parse(asked.text)]).toMatchObject([403, { code: 'second-factor' }]);
    const old = await desk.token('wang', 'read');
    expect(
      (await desk.send('/api/v1/today', { headers: { authorization: `Bearer ${old}` } })).status,
    ).toBe(403);
    const secret = /name="secret" value="([A-Z2-7]{32})"/.exec(page)?.[1] ?? '';
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: bureau.clock.now(),
    });
    expect((await wang.post('/desk/me/totp', { secret, code, confirm: PASSWORD })).text).toContain(
      '<h1>今天 ',
    );
  });

  test('a session ends by signing out, by another password, when its person is disabled, and after a working day', async () => {
    await desk.person('wang', 'operator');
    await desk.person('chen', 'admin');
    const [one, two, chen] = [
      await desk.signIn('wang'),
      await desk.signIn('wang'),
      await desk.signIn('chen'),
    ];
    await one.post('/desk/sign-out');
    expect([(await one.get('/desk/')).status, (await two.get('/desk/')).status]).toEqual([
      303, 200,
    ]);
    bureau.clock.turnTo('2026-07-15T10:01:00+08:00');
    expect((await two.post('/desk/me/password', { old: PASSWORD, new: 'short' })).text).toContain(
      '密码太短',
    );
    expect(
      (await two.post('/desk/me/password', { old: 'wrong one here', new: 'another horse battery' }))
        .text,
    ).toContain('现在的密码不对');
    expect(
      (await two.post('/desk/me/password', { old: PASSWORD, new: 'another horse battery' })).text,
    ).toContain('密码已修改');
    // Whoever changed it goes on; the same one again is no other.
    expect((await two.get('/desk/')).status).toBe(200);
    expect(
      (
        await two.post('/desk/me/password', {
          old: 'another horse battery',
          new: 'another horse battery',
        })
      ).text,
    ).toContain('不能和现在的一样');
    await bureau.post();
    expect(bureau.mail('账户 wang 的登录方式已修改').text).toContain('由 wang 修改');
    const three = await desk.signIn('wang', 'another horse battery');
    bureau.clock.turnTo('2026-07-15T10:02:00+08:00');
    await chen.post('/desk/people/wang', {
      display: 'wang',
      roles: ['operator'],
      disabled: 'yes',
      confirm: PASSWORD,
    });
    expect((await three.get('/desk/')).status).toBe(303);
    await expect(desk.signIn('wang', 'another horse battery')).rejects.toThrow('401');
    bureau.clock.turnTo('2026-07-15T22:00:01+08:00');
    expect((await chen.get('/desk/')).status).toBe(303);
  });

  test('after signing in it goes on only to a page of the desk', async () => {
    await desk.person('wang', 'operator');
    for (const [next, to] of [
      ['/desk/plan/', '/desk/plan/'],
      ['https://elsewhere.example/', '/desk/'],
      ['//elsewhere.example/', '/desk/'],
      ['/desk/../act/x', '/desk/'],
    ]) {
      const answer = await desk.send('/desk/sign-in', {
        method: 'POST',
        body: new URLSearchParams({ name: 'wang', password: PASSWORD, next: next ?? '' }),
      });
      expect(answer.headers.get('location')).toBe(to);
    }
  });
});

describe('who may what', () => {
  /** What each role may do: written out here, and not read from the code. */
  const MAY: Readonly<Record<Role, readonly string[]>> = {
    reader: ['read', 'texts', 'own', 'first'],
    editor: ['read', 'texts', 'own', 'first', 'content', 'approve'],
    reviewer: ['read', 'texts', 'own', 'first', 'approve'],
    chief: ['read', 'texts', 'own', 'first', 'approve'],
    operator: ['read', 'texts', 'own', 'first', 'plan', 'content', 'operate'],
    // Whoever manages people reads no text that is not out yet.
    admin: ['read', 'own', 'first', 'people'],
  };
  const filled = (path: string): string =>
    path
      .replace('{id}', 'gdp.2026-Q2')
      .replace(':id', 'gdp.2026-Q2')
      .replace(/:name\{.*\}/, 'style.css')
      .replace(':name', 'nobody');

  test('every route of pages and API, for every role, with and without being signed in', async () => {
    const routes = [
      ...deskPages(desk.desk).guarded.map((one) => ({ ...one, base: '/desk' })),
      ...api(desk.desk).guarded.map((one) => ({ ...one, base: '/api/v1' })),
    ].filter(
      ({ path }) => path !== '/events' && path !== '/sign-out' && !path.startsWith('/me/password'),
    );
    expect(routes.length).toBeGreaterThan(60);
    const wrong: string[] = [];
    const visitors = new Map<Role, Visitor>();
    for (const role of ROLES) {
      await desk.person(`a-${role}`, role);
      visitors.set(role, await desk.signIn(`a-${role}`));
    }
    const visitorAt = async (
      role: Role,
      method: string,
      base: string,
      at: string,
      permission: string,
    ): Promise<void> => {
      const { cookie = '', csrf = '' } = visitors.get(role) ?? {};
      const [type, body] =
        base === '/desk' ? ['application/x-www-form-urlencoded', ''] : ['application/json', '{}'];
      const headers = { cookie, 'x-csrf-token': csrf, 'content-type': type };
      const { status } = await desk.send(at, {
        method: method.toUpperCase(),
        headers,
        ...(method === 'get' ? {} : { body }),
      });
      if (MAY[role].includes(permission) === (status === 403))
        wrong.push(`${role} gets ${status} at ${method} ${at}, which asks for ${permission}`);
    };
    for (const { method, base, path, permission } of routes) {
      const at = `${base}${filled(path)}`;
      const stranger = await desk.send(at, { method: method.toUpperCase() });
      const kept =
        base === '/desk'
          ? stranger.status === 303 && stranger.headers.get('location')?.startsWith('/desk/sign-in')
          : stranger.status === 401;
      if (!kept) wrong.push(`a stranger gets ${stranger.status} at ${method} ${at}`);
      for (const role of ROLES) await visitorAt(role, method, base, at, permission);
    }
    expect(wrong).toEqual([]);
  });

  test("no route is without a guard but signing in, invitations, language and the desk's own files", () => {
    const pages = deskPages(desk.desk);
    const known = new Set(
      pages.guarded.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
    );
    const open = [
      ...new Set(
        pages.router.routes
          .filter(({ method }) => method !== 'ALL')
          .map(({ method, path }) => `${method} ${path}`),
      ),
    ].filter((one) => !known.has(one));
    expect(open.sort()).toEqual([
      'GET /assets/:name',
      'GET /language/:code',
      'GET /oidc',
      'GET /oidc/back',
      'GET /sign-in',
      // Whoever was invited has no password yet: the link is what lets them in.
      'GET /welcome/:invitation',
      'POST /sign-in',
      'POST /sign-in/code',
      'POST /welcome',
    ]);
    const programs = api(desk.desk);
    const guarded = new Set(
      programs.guarded.map(
        ({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
    const bare = [
      ...new Set(
        programs.router.routes
          .filter(({ method }) => method !== 'ALL')
          .map(({ method, path }) => `${method} ${path}`),
      ),
    ].filter((one) => !guarded.has(one));
    expect(bare).toEqual(['GET /openapi.json']);
  });

  test('a text that takes long to read keeps nobody from the first page: it says so', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    expect((await wang.get('/desk/')).text).not.toContain('稿件正在检查');
    const reading = vi
      .spyOn(bureau.app.publishDeps, 'load')
      .mockReturnValue(new Promise(() => undefined));
    try {
      const { status, text } = await wang.get('/desk/');
      expect([
        status,
        text.includes('地区生产总值'),
        text.includes('稿件正在检查，稍后刷新就能看到'),
      ]).toEqual([200, true, true]);
    } finally {
      reading.mockRestore();
    }
  });

  test('OpenAPI names every route of the API with what it asks for, and nothing else', async () => {
    const document = JSON.parse((await desk.send('/api/v1/openapi.json')).text) as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { summary: string; 'x-permission': string; responses: object }>
      >;
      components: { securitySchemes: object };
    };
    expect(document.openapi).toBe('3.1.0');
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, one]) =>
          `${method} ${path} ${one['x-permission']} ${one.summary.length > 3 || /[\u4e00-\u9fff]/.test(one.summary)}`,
      ),
    );
    expect(told.sort()).toEqual(
      api(desk.desk)
        .guarded.map(({ method, path, permission }) => `${method} ${path} ${permission} true`)
        .sort(),
    );
    expect(document.components.securitySchemes).toEqual({
      token: { type: 'http', scheme: 'bearer' },
    });
  });

  test('every route that takes a body checks it, whatever content type is sent or none', async () => {
    await desk.person('all', ...ROLES);
    const authorization = `Bearer ${await desk.token('all', ...PERMISSIONS)}`;
    type Operation = {
      requestBody?: { required?: boolean; content: Record<string, { schema: object }> };
    };
    const { paths } = JSON.parse((await desk.send('/api/v1/openapi.json')).text) as {
      paths: Record<string, Record<string, Operation>>;
    };
    const taking = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) =>
        requestBody ? [{ method: method.toUpperCase(), path, requestBody }] : [],
      ),
    );
    expect(taking.length).toBeGreaterThan(15);
    expect(taking.filter(({ requestBody }) => requestBody.required !== true)).toEqual([]);
    for (const { method, path } of taking)
      for (const type of [undefined, '', 'text/plain', 'application/json', 'multipart/form-data']) {
        const headers = { authorization, ...(type === undefined ? {} : { 'content-type': type }) };
        // `send` throws where the answer is 500.
        const { status } = await desk.send(`/api/v1${path.replace('{id}', GDP)}`, {
          method,
          headers,
        });
        expect(
          [200, 400, 403, 404, 409, 415, 422],
          JSON.stringify({ method, path, type, status }),
        ).toContain(status);
      }
  });

  test('a form from elsewhere, or without its proof, changes nothing', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const hold = (body: Record<string, string>, headers: Record<string, string>) =>
      desk.send(`/desk/releases/${GDP}/hold`, {
        method: 'POST',
        headers: { cookie: wang.cookie, ...headers },
        body: new URLSearchParams(body),
      });
    expect((await hold({}, {})).status).toBe(403);
    expect((await hold({ csrf: 'x'.repeat(43) }, {})).status).toBe(403);
    expect((await hold({ csrf: wang.csrf }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(
      (
        await desk.send(`/api/v1/releases/${GDP}/hold`, {
          method: 'POST',
          headers: { cookie: wang.cookie, 'content-type': 'application/json' },
          body: '{}',
        })
      ).status,
    ).toBe(403);
    expect(await bureau.state(on('website'))).toBe('planned');
    expect((await hold({ csrf: wang.csrf }, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect(await bureau.state(on('website'))).toBe('held');
  });

  test('a token does what its scopes and its person may, and no more; it ends', async () => {
    await desk.person('wang', 'operator');
    const ask = (token: string, path: string, method = 'GET') =>
      desk.send(`/api/v1/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
    const reading = await desk.token('wang', 'read', 'people');
    expect((await ask(reading, 'today')).status).toBe(200);
    expect((await ask(reading, `releases/${GDP}/hold`, 'POST')).status).toBe(403);
    // Its person is no administrator, so it is none either.
    expect((await ask(reading, 'people')).status).toBe(403);
    expect((await ask(reading, 'tokens')).status).toBe(403);
    expect((await ask('banli_nonsense', 'today')).status).toBe(401);
    bureau.clock.turnTo('2026-07-15T11:00:01+08:00');
    expect((await ask(reading, 'today')).status).toBe(401);
  });

  test('the same Idempotency-Key is carried out once and answered the same', async () => {
    await desk.person('wang', 'operator');
    const token = await desk.token('wang', 'operate');
    const hold = (key: string, body: object = {}) =>
      desk.send(`/api/v1/releases/${GDP}/hold`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
      });
    const [first, again] = [await hold('k1'), await hold('k1')];
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
    expect(again.headers.get('idempotent-replay')).toBe('true');
    expect((await hold('k1', { channel: 'website' })).status).toBe(422);
    expect((await hold('k2')).status).toBe(409);
    const held = (await bureau.app.journal.newest(100)).filter(({ event }) => event === 'held');
    expect(held).toHaveLength(4);
  });
});

describe('a release', () => {
  test('today shows it with its publications, what is missing and what can be done; publishing early is refused with the reason', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const today = await wang.get('/desk/');
    expect(today.text).toContain('地区生产总值 2026年二季度');
    expect(today.text).toContain('还没有稿件');
    const page = await wang.get(`/desk/releases/${GDP}/publish`);
    expect(page.text).toContain('还没到发布时间 2026-07-20 10:00');
    expect(page.text).not.toContain('<button class="main">');
    const early = await wang.post(`/desk/releases/${GDP}/publish`);
    expect([early.status, early.text.includes('不能提前发布')]).toEqual([409, true]);
    expect(await bureau.state(on('website'))).toBe('planned');
  });

  test('held and freed again, one channel or all', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    expect((await wang.post(`/desk/releases/${GDP}/hold`, { channel: 'weibo' })).text).toContain(
      '微博：已暂停',
    );
    expect([await bureau.state(on('weibo')), await bureau.state(on('website'))]).toEqual([
      'held',
      'planned',
    ]);
    expect((await wang.get(`/desk/releases/${GDP}`)).text).toContain('由人工处理');
    expect((await wang.post(`/desk/releases/${GDP}/retry`)).text).toContain('已放行，到点发布');
    expect(await bureau.state(on('weibo'))).toBe('planned');
    expect(await events()).toEqual(expect.arrayContaining(['held wang', 'resumed wang']));
  });

  test('why something is held stands beside it and in the journal, for colleagues; nobody has to say it', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const form = (await wang.get(`/desk/releases/${GDP}/hold`)).text;
    expect(form).toContain('原因（只有同事看得到，可以不写）');
    expect(form).not.toMatch(/name="reason"[^>]*required/);
    await wang.post(`/desk/releases/${GDP}/hold`, { channel: 'weibo', reason: '等局领导确认口径' });
    expect((await wang.get(`/desk/releases/${GDP}`)).text).toContain(
      '由人工处理（等局领导确认口径）',
    );
    expect((await wang.get('/desk/journal/')).text).toContain('等局领导确认口径');
    const site = (await desk.send('/')).text;
    expect(site).not.toContain('等局领导确认口径');
  });

  test('what no program could correct stays on the first page, however old, until somebody ticks it off', async () => {
    await desk.person('wang', 'operator');
    await bureau.content();
    bureau.clock.turnTo(DUE);
    const wang = await desk.signIn('wang');
    for (const channel of ['website', 'weibo']) await found(bureau, on(channel));
    await bureau.content(BODY.replaceAll('5.8%', '5.6%'));
    const digest =
      /name="digest" value="(\w+)"/.exec(
        (await wang.get(`/desk/releases/${GDP}/correct`)).text,
      )?.[1] ?? '';
    const done = (await wang.post(`/desk/releases/${GDP}/correct`, { reason: '增速有误', digest }))
      .text;
    expect(done).toContain('还没有更正：请到后台手工改好，再点“已手工处理”（增速有误）');
    bureau.clock.turnTo('2026-09-01T10:00:00+08:00');
    const today = (await desk.signIn('wang')).get('/desk/');
    expect((await today).text).toContain(`href="/desk/releases/${GDP}/by-hand"`);
    const again = await desk.signIn('wang');
    const seen =
      /name="seen" value="(\d+)"/.exec(
        (await again.get(`/desk/releases/${GDP}/by-hand`)).text,
      )?.[1] ?? '';
    const before = await again.post(`/desk/releases/${GDP}/by-hand`, {
      channel: 'weibo',
      seen: String(Number(seen) - 1),
    });
    expect([before.status, before.text.includes('要手工处理的事刚刚变了')]).toEqual([409, true]);
    const after = await again.post(`/desk/releases/${GDP}/by-hand`, {
      channel: 'weibo',
      reason: '删了重发',
      seen,
    });
    expect(after.text).toContain('微博：已记下');
    expect(after.text).not.toContain(`href="/desk/releases/${GDP}/by-hand"`);
    const [event] = await bureau.app.journal.newest(1, on('weibo'));
    expect(event).toMatchObject({
      event: 'done-by-hand',
      actor: 'wang',
      detail: { reason: '删了重发' },
    });
    expect(
      (await (await desk.signIn('wang')).post(`/desk/releases/${GDP}/by-hand`)).text,
    ).toContain('现在没有可以“已手工处理”的');
  });

  test('what is not public can be neither corrected nor withdrawn; a reason is asked for', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    expect((await wang.post(`/desk/releases/${GDP}/withdraw`)).text).toContain('缺少原因');
    expect(
      (await wang.post(`/desk/releases/${GDP}/withdraw`, { reason: '数据有误' })).text,
    ).toContain('现在没有可以“撤回”的');
    expect((await wang.get('/desk/releases/nothing.2026')).status).toBe(404);
  });
});

describe('三审三校', () => {
  beforeEach(async () => {
    await desk.close();
    await bureau.close();
    await open(THREE);
    await bureau.content();
    for (const [name, ...roles] of [
      ['bian', 'editor'],
      ['shen', 'reviewer'],
      ['zhang', 'chief'],
      ['quan', 'editor', 'reviewer', 'chief'],
    ] as [string, ...Role[]][])
      await desk.person(name, ...roles);
  });
  /** As the page has it: of the text that it shows. */
  const confirmed = async (visitor: Visitor): Promise<string> => {
    const page = (await visitor.get(`/desk/releases/${GDP}/approve`)).text;
    const digest = /name="digest" value="([0-9a-f]{64})"/.exec(page)?.[1];
    return (
      await visitor.post(`/desk/releases/${GDP}/approve`, digest === undefined ? {} : { digest })
    ).text;
  };
  const approve = async (name: string): Promise<string> => confirmed(await desk.signIn(name));
  const digestNow = async (): Promise<string> => {
    const loaded = await bureau.app.publishDeps.load(
      bureau.app.planService.calendar().byId.get(GDP) as never,
    );
    return loaded.state === 'ready' ? loaded.bundle.digest : '';
  };

  test('in order, each by another person, each by its role', async () => {
    expect(await approve('shen')).toContain('现在轮到一审（编辑）');
    expect(await approve('quan')).toContain('一审（编辑）：已批准现在这份稿件（第 1 人）');
    expect(await approve('quan')).toContain('您已经批准过这份稿件');
    expect(await approve('zhang')).toContain('现在轮到二审（审核）');
    expect(await approve('shen')).toContain('二审（审核）：已批准');
    expect(await bureau.app.publishDeps.approvals(GDP, await digestNow())).toBe(2);
    expect(await approve('zhang')).toContain('三审（负责人）：已批准');
    expect(await bureau.app.publishDeps.approvals(GDP, await digestNow())).toBe(3);
    const approved = (await bureau.app.journal.newest(50))
      .filter(({ event }) => event === 'approved')
      .reverse();
    expect(
      approved.map(
        ({ actor, detail }) =>
          `${actor} ${(detail as { step: string; from: string }).step} ${(detail as { from: string }).from}`,
      ),
    ).toEqual(['quan editor 127.0.0.1', 'shen reviewer 127.0.0.1', 'zhang chief 127.0.0.1']);
  });

  test('what the plan asks to be approved after it was staged can be, and is taken back until it is', async () => {
    const none = THREE.replace(', approval: three', '');
    await bureau.apply(none);
    bureau.clock.turnTo('2026-07-19T11:00:00+08:00');
    for (const channel of ['website', 'catalogue'])
      await stage(bureau.app.publishDeps, on(channel), never);
    expect(await bureau.state(on('catalogue'))).toBe('staged');
    expect((await bureau.apply(THREE)).ok).toBe(true);
    await bureau.rounds.restage();
    expect(await bureau.state(on('catalogue'))).toBe('planned');
    expect(await approve('quan')).toContain('一审（编辑）：已批准');
  });

  test('the author is whoever brought a text in first; whoever saves it again unchanged has not written it', async () => {
    const form = {
      title: '标题',
      summary: '摘要',
      author: '',
      source: '',
      body: '正文 **5.8%**',
      weibo: '',
    };
    const [bian, quan] = [await desk.signIn('bian'), await desk.signIn('quan')];
    await bian.fill(`/desk/content/${GDP}`, form);
    expect(await approve('quan')).toContain('一审（编辑）：已批准');
    await quan.fill(`/desk/content/${GDP}`, form);
    expect(await approve('bian')).not.toContain('已批准现在');
    expect(await bureau.app.publishDeps.approvals(GDP, await digestNow())).toBe(1);
  });

  test('a text that was changed after it was looked at is not approved unseen', async () => {
    const quan = await desk.signIn('quan');
    const page = (await quan.get(`/desk/releases/${GDP}/approve`)).text;
    const digest = /name="digest" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? '';
    expect(digest).toBe(await digestNow());
    await bureau.content(BODY.replace('综合处', '综合统计处'));
    expect((await quan.post(`/desk/releases/${GDP}/approve`, { digest })).text).toContain(
      '稿件在您看过之后又改了',
    );
    expect((await quan.post(`/desk/releases/${GDP}/approve`)).text).toContain(
      '没有说明批准或更正的是哪一份稿件',
    );
    expect(await bureau.app.publishDeps.approvals(GDP, await digestNow())).toBe(0);
  });

  test('two editors at the same moment: one approval, and the second step is not skipped', async () => {
    const [one, two] = [await desk.signIn('bian'), await desk.signIn('quan')];
    const answers = await Promise.all([one, two, one, two].map(confirmed));
    expect(answers.filter((text) => text.includes('一审（编辑）：已批准')).length).toBe(1);
    const given = await bureau.app.planStore.approvalsOf(GDP);
    // Whoever of them has the second role too may have given the second step right after; never two
    // firsts.
    expect(given.map(({ step }) => step)).toEqual(['editor', 'reviewer'].slice(0, given.length));
    expect(await approve('zhang')).toContain(
      given.length === 1 ? '现在轮到二审（审核）' : '三审（负责人）：已批准',
    );
  });

  test('an approval from the command line takes the step whose turn it is', async () => {
    await bureau.app.planStore.approve(GDP, await digestNow(), '李主任', bureau.clock.now());
    expect(await approve('bian')).toContain('现在轮到二审（审核）');
    expect(await approve('shen')).toContain('二审（审核）：已批准');
    expect(await approve('zhang')).toContain('三审（负责人）：已批准');
  });

  test('one was asked for and the chief gave it; then three are: the editor’s and the reviewer’s are still missing', async () => {
    expect((await bureau.apply(THREE.replace('approval: three', 'approval: one'))).ok).toBe(true);
    expect(await approve('zhang')).toContain('已批准');
    expect((await bureau.apply(THREE)).ok).toBe(true);
    expect(await approve('shen')).toContain('现在轮到一审（编辑）');
    expect(await approve('quan')).toContain('一审（编辑）：已批准');
    expect(await approve('shen')).toContain('二审（审核）：已批准');
    expect(await bureau.app.publishDeps.approvals(GDP, await digestNow())).toBe(3);
  });

  test('one byte changed afterwards, and it is void, and says so', async () => {
    await approve('bian');
    await approve('shen');
    await bureau.content(BODY.replace('5.8', '5.9'));
    expect(await bureau.app.publishDeps.approvals(GDP, await digestNow())).toBe(0);
    const page = (await (await desk.signIn('zhang')).get(`/desk/releases/${GDP}`)).text;
    expect(page).toContain('bian 2026-07-15 10:00 的批准已作废：稿件在批准之后改动过');
    expect(page).toContain('等待：一审（编辑）');
    // And back to what was approved: it counts again, since it is exactly that.
    await bureau.content();
    expect(await bureau.app.publishDeps.approvals(GDP, await digestNow())).toBe(2);
  });

  test('nobody approves the text that they brought in', async () => {
    await desk.person('both', 'editor', 'operator');
    const both = await desk.signIn('both');
    await both.fill(`/desk/content/${GDP}`, {
      title: '标题',
      summary: '摘要',
      author: '',
      source: '',
      body: '正文 **5.8%**',
      weibo: '',
    });
    expect(await confirmed(both)).toContain('是您自己交的，要由别人批准');
    expect(await approve('bian')).toContain('一审（编辑）：已批准');
  });
});

describe('content', () => {
  test('typed in, with a picture and a table; refused where a channel would; a version comes back; what each channel shows', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const form = {
      title: '2026年二季度地区生产总值',
      summary: '同比增长 5.8%。',
      author: '综合处',
      source: '测试统计局',
      weibo: '',
    };
    const csv = new File(['期,值\n2026-Q1,5.7\n2026-Q2,5.8\n'], 'series.csv', { type: 'text/csv' });
    expect(
      (
        await wang.fill(`/desk/content/${GDP}`, {
          ...form,
          body: '同比**增长 5.8%**。',
          upload: csv,
        })
      ).text,
    ).toContain('稿件已保存');
    expect(await readFile(join(bureau.folder, 'content/gdp/2026-Q2/release.md'), 'utf8')).toBe(
      '---\ntitle: 2026年二季度地区生产总值\nsummary: 同比增长 5.8%。\nauthor: 综合处\nsource: 测试统计局\n---\n同比**增长 5.8%**。',
    );
    const site = (await wang.get(`/desk/preview/releases/${GDP}/`)).text;
    expect(site).toContain('<strong>增长 5.8%</strong>');
    expect(site).toContain('files/series.csv');
    expect((await wang.get(`/desk/preview/releases/${GDP}/files/series.svg`)).text).toContain(
      '<svg',
    );
    expect((await wang.get(`/desk/preview/releases/${GDP}/wechat`)).text).toContain('增长 5.8%');
    const preview = (await wang.get(`/desk/content/${GDP}/preview`)).text;
    expect(preview).toContain('这个渠道会接受');
    expect(preview).toMatch(
      /class="weibo">[^<]*2026年二季度地区生产总值[^<]*releases\/gdp\.2026-Q2\//,
    );
    await wang.fill(`/desk/content/${GDP}`, { ...form, body: '第二稿', remove: ['series.csv'] });
    const page = (await wang.get(`/desk/content/${GDP}`)).text;
    expect(page).toContain('第二稿');
    expect(page).not.toContain('series.csv');
    const version = /name="version" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const base =
      /name="base" value="([0-9a-f]+)"/.exec((await wang.get(`/desk/content/${GDP}`)).text)?.[1] ??
      '';
    await wang.post(`/desk/content/${GDP}/restore`, { version, base });
    expect((await wang.get(`/desk/content/${GDP}`)).text).toContain('同比**增长 5.8%**');
    expect((await wang.fill(`/desk/content/${GDP}`, { ...form, body: '' })).text).toContain(
      '但有下面的问题',
    );
    // The public sees nothing of all this.
    expect((await desk.send(`/releases/${GDP}/`)).status).toBe(404);
  });

  test('a whole bundle as a zip; names that lead elsewhere, and more than fits, are refused', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const zip = (files: Record<string, string>) =>
      new File(
        [
          zipSync(
            Object.fromEntries(
              Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]),
            ),
          ),
        ],
        'bundle.zip',
      );
    // The uncompressed size of its one file, as the directory at the archive's end has it.
    const claiming = async (file: File, size: number): Promise<File> => {
      const bytes = Buffer.from(await file.arrayBuffer());
      bytes.writeUInt32LE(size, bytes.indexOf('PK\u0001\u0002', 0, 'latin1') + 24);
      return new File([bytes], file.name);
    };
    const put = (file: File) => {
      const body = new FormData();
      body.append('files', file);
      return desk.send(`/api/v1/releases/${GDP}/content`, {
        method: 'PUT',
        headers: { cookie: wang.cookie, 'x-csrf-token': wang.csrf },
        body,
      });
    };
    expect(
      JSON.parse(
        (await put(zip({ '2026-Q2/release.md': BODY, '2026-Q2/data.csv': 'a,b\n' }))).text,
      ),
    ).toMatchObject({
      state: 'ready',
      files: ['release.md', 'data.csv'],
    });
    for (const name of ['a/../../../evil.md', 'x\\y.md']) {
      const answer = await put(zip({ [name]: 'x', 'release.md': BODY }));
      expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([
        422,
        'file-name',
      ]);
    }
    const bomb = await put(await claiming(zip({ 'release.md': 'x' }), 101_000_000));
    expect(bomb.status).toBe(413);
    expect((await put(new File(['no zip'], 'b.zip'))).status).toBe(422);
    expect(
      await bureau.app.publishDeps.load(bureau.app.planService.calendar().byId.get(GDP) as never),
    ).toMatchObject({ state: 'ready' });
    const ask = async (path: string, body?: object): Promise<unknown> => {
      const headers = {
        cookie: wang.cookie,
        'x-csrf-token': wang.csrf,
        'content-type': 'application/json',
      };
      return JSON.parse(
        (
          await desk.send(`/api/v1/releases/${GDP}${path}`, {
            method: body ? 'POST' : 'GET',
            headers,
            ...(body ? { body: JSON.stringify(body) } : {}),
          })
        ).text,
      );
    };
    const shown = (await ask('/preview')) as { channels: { channel: string; refused: string[] }[] };
    expect(shown.channels.map(({ channel, refused }) => [channel, refused])).toEqual([
      ['website', []],
      ['catalogue', []],
      ['wechat', []],
      ['weibo', []],
    ]);
    await put(zip({ 'release.md': BODY.replace('5.8', '6.0') }));
    const { versions } = (await ask('')) as { versions: { id: string }[] };
    expect(await ask('/content/restore', { version: versions[0]?.id })).toMatchObject({
      state: 'ready',
      files: ['data.csv', 'release.md'],
    });
    expect(await ask('/content/restore', { version: '../../x' })).toMatchObject({
      code: 'unknown-version',
    });
  });
});

describe('the plan', () => {
  const file = 'config/plan/2026.yaml';
  const text = (): Promise<string> => readFile(join(bureau.folder, file), 'utf8');
  let wang: Visitor;
  beforeEach(async () => {
    await desk.person('wang', 'operator');
    wang = await desk.signIn('wang');
  });
  const hidden = (page: string, name: string): string =>
    new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page)?.[1] ?? '';
  const area = (page: string): string =>
    (/<textarea name="text"[^>]*>([\s\S]*?)<\/textarea>/.exec(page)?.[1] ?? '')
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replaceAll('&#39;', "'");
  const save = (page: string) =>
    wang.post('/desk/plan/save', {
      file: hidden(page, 'file'),
      base: hidden(page, 'base'),
      why: hidden(page, 'why') || '说明',
      text: area(page),
    });

  test('a release moved with its words: shown first, then in the same file, comments and order kept, and in force', async () => {
    await writeFile(
      join(bureau.folder, file),
      `# 第一行注释\n${PLAN.replace('indicators:', '# 指标\nindicators:')}`,
    );
    await bureau.apply();
    expect(
      (
        await wang.post(`/desk/releases/${GDP}/postpone`, {
          date: '2026-07-21',
          time: '10:00',
          reason: ' ',
        })
      ).text,
    ).toContain('缺少原因');
    const page = (
      await wang.post(`/desk/releases/${GDP}/postpone`, {
        date: '2026-07-21',
        time: '10:30',
        reason: '数据复核',
      })
    ).text;
    expect(page).toContain('2026-07-20 10:00');
    expect(page).toContain('<span class="added">+        reason: 数据复核');
    expect(await text()).not.toContain('数据复核');
    expect((await save(page)).text).toContain('计划已保存并生效');
    expect(await text()).toBe(
      `# 第一行注释\n${PLAN.replace('indicators:', '# 指标\nindicators:')}    dates:\n      2026-Q2:\n        at: 2026-07-21 10:30\n        was: 2026-07-20 10:00\n        reason: 数据复核\n        announced: 2026-07-15\n`,
    );
    expect(bureau.app.planService.calendar().byId.get(GDP)).toMatchObject({
      due: Date.parse('2026-07-21T10:30:00+08:00'),
      reason: '数据复核',
    });
    expect(await events()).toEqual(expect.arrayContaining(['plan-saved wang']));
  });

  test('a release cancelled, a notice added, a rule changed', async () => {
    await save(
      (await wang.post('/desk/releases/gdp.2026-Q3/cancel', { reason: '并入年度发布' })).text,
    );
    expect(bureau.app.planService.calendar().byId.get('gdp.2026-Q3' as never)?.status).toBe(
      'cancelled',
    );
    const notice = {
      id: 'census',
      zh: '关于清查登记的公告',
      en: '',
      date: '2026-10-08',
      time: '09:00',
      channels: ['website', 'weibo'],
      category: '公告',
      file,
    };
    await save((await wang.post('/desk/plan/notice', notice)).text);
    expect(bureau.app.planService.calendar().byId.get('census' as never)).toMatchObject({
      due: Date.parse('2026-10-08T09:00:00+08:00'),
      settings: { channels: ['website', 'weibo'], category: '公告' },
    });
    expect((await wang.post('/desk/plan/notice', notice)).text).toContain('编号 census 已经用过');
    const program = await desk.send('/api/v1/plan/notices', {
      method: 'POST',
      headers: {
        cookie: wang.cookie,
        'x-csrf-token': wang.csrf,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ file, id: 'second', zh: '第二个公告', at: '2026-11-02 09:00' }),
    });
    expect([
      program.status,
      bureau.app.planService.calendar().byId.get('second' as never)?.name.zh,
    ]).toEqual([200, '第二个公告']);
    const rules = (await wang.get('/desk/plan/rule')).text;
    expect(rules).toContain('{ day: 20, month: +1, if-closed: next }');
    expect(rules).toContain('地区生产总值：季后首月20日，遇休息日顺延');
    // Nobody has to make up an id; who approves it is said, and may be another for this one.
    expect((await wang.get('/desk/plan/notice')).text).toMatch(
      /<option value="" selected>按计划（不需要）/,
    );
    const { id: _, ...unnamed } = notice;
    const asked = { ...unnamed, zh: '关于经济普查的公告', approval: 'three' };
    const shown = (await wang.post('/desk/plan/notice', asked)).text;
    expect(shown).toContain('到“稿件”里写这份公告的正文');
    await save(shown);
    expect(
      bureau.app.planService.calendar().byId.get('economic-census' as never)?.settings,
    ).toMatchObject({
      approval: 'three',
    });
    // A promised date would move without words: they are asked for, and nothing is written.
    const before = await text();
    const page = (
      await wang.post('/desk/plan/rule', {
        file,
        indicator: 'gdp',
        due: '{ day: 25, month: +1, if-closed: next }',
      })
    ).text;
    expect(page).toContain('已经公布的这些日期会变，请写明原因');
    expect(page).not.toContain('action="/desk/plan/save"');
    expect(await text()).toBe(before);
  });

  test('YAML with an error: told at its line, nothing saved; mended, saved; two at once: the second is not lost and does not overwrite', async () => {
    const page = (await wang.get(`/desk/plan/file?name=${encodeURIComponent(file)}`)).text;
    const base = hidden(page, 'base');
    const bad = PLAN.replace('frequency: Q', 'frequencey: Q');
    const wrong = (
      await wang.post(`/desk/plan/file?name=${encodeURIComponent(file)}`, { base, text: bad })
    ).text;
    expect(wrong).toContain(`${file}:9:5`);
    expect((await wang.post('/desk/plan/save', { file, base, why: 'x', text: bad })).status).toBe(
      422,
    );
    const checked = await desk.send('/api/v1/plan/check', {
      method: 'POST',
      headers: {
        cookie: wang.cookie,
        'x-csrf-token': wang.csrf,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ file, text: bad }),
    });
    expect(
      (JSON.parse(checked.text) as { marks: { line: number; column: number }[] }).marks,
    ).toContainEqual(expect.objectContaining({ line: 9, column: 5 }));
    expect(await text()).toBe(PLAN);
    const good = PLAN.replace('测试计划', '测试计划（第二版）');
    expect(
      (await wang.post('/desk/plan/save', { file, base, why: '改标题', text: good })).text,
    ).toContain('计划已保存并生效');
    expect(await text()).toBe(good);
    const late = PLAN.replace('测试计划', '另一个人的标题');
    const conflict = await wang.post('/desk/plan/save', { file, base, why: '改标题', text: late });
    expect([conflict.status, conflict.text.includes('在您编辑期间被别人改过')]).toEqual([
      409,
      true,
    ]);
    const kept = await wang.post(`/desk/plan/file?name=${encodeURIComponent(file)}`, {
      base,
      text: late,
    });
    expect(kept.text).toContain('另一个人的标题');
    expect(kept.text).toContain('在您编辑期间被别人改过');
    expect(await text()).toBe(good);
  });

  test('many who save at the same moment: one does, the others are told', async () => {
    const page = (await wang.get(`/desk/plan/file?name=${encodeURIComponent(file)}`)).text;
    const base = hidden(page, 'base');
    const answers = await Promise.all(
      [1, 2, 3, 4].map((one) =>
        wang.post('/desk/plan/save', {
          file,
          base,
          why: 'x',
          text: PLAN.replace('测试计划', `测试计划${one}`),
        }),
      ),
    );
    expect(answers.filter(({ text: said }) => said.includes('计划已保存并生效')).length).toBe(1);
    expect(answers.filter(({ status }) => status === 409).length).toBe(3);
    expect(await text()).toMatch(/^plan: 测试计划[1-4]$/m);
  });

  test('in a git repository each save is a commit in the name of whoever saved', async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        cwd: join(bureau.folder, 'config'),
        encoding: 'utf8',
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    await save(
      (
        await wang.post(`/desk/releases/${GDP}/postpone`, {
          date: '2026-07-21',
          time: '10:00',
          reason: '数据复核',
        })
      ).text,
    );
    expect(git('log', '-1', '--format=%an|%s').trim()).toBe(
      'wang|2026.yaml: 地区生产总值 2026年二季度 改期：数据复核',
    );
    expect(git('status', '--porcelain').trim()).toBe('');
  });

  test('no path but that of a plan file can be read or written', async () => {
    for (const name of [
      'config/banli.yaml',
      '../../etc/passwd',
      '/etc/passwd',
      'config/plan/../banli.yaml',
    ])
      expect((await wang.get(`/desk/plan/file?name=${encodeURIComponent(name)}`)).status).toBe(404);
    expect(
      (
        await wang.post('/desk/plan/save', {
          file: 'config/banli.yaml',
          base: '',
          why: 'x',
          text: 'x: y',
        })
      ).status,
    ).toBe(404);
  });
});

test('a folder that may not be written to is told as that, and nothing is half saved', async () => {
  await desk.person('wang', 'operator');
  const wang = await desk.signIn('wang');
  // A file where a folder has to be: root may write everywhere else.
  await writeFile(join(bureau.folder, 'content', 'gdp'), '');
  await expect(wang.fill(`/desk/content/${GDP}`, { title: '标题', body: '正文' })).rejects.toThrow(
    '500',
  );
  const refused = await writing(messagesFor('zh'), '/a', () =>
    Promise.reject(Object.assign(new Error('x'), { code: 'EROFS' })),
  ).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    status: 409,
    code: 'read-only',
    message: '服务没有权限写入 /a，没有保存：请让管理服务器的人放开这个目录的写权限',
  });
});

describe('people, journal, incidents', () => {
  test('people are added and changed by an administrator, of whom one stays', async () => {
    await desk.person('chen', 'admin');
    const chen = await desk.signIn('chen');
    const add = (form: Record<string, string | string[]>) =>
      chen.post('/desk/people/', { confirm: PASSWORD, ...form } as never);
    expect(
      (await add({ name: 'li', display: '李', roles: ['admin'], password: PASSWORD, confirm: '' }))
        .text,
    ).toContain('需要再确认是您本人');
    expect(
      (await add({ name: 'Li', display: '李', roles: ['reader'], password: PASSWORD })).text,
    ).toContain('用户名只能用小写字母');
    expect(
      (await add({ name: 'li', display: '李', roles: ['reader'], password: 'password12345' })).text,
    ).toContain('太容易猜到');
    expect(
      (await add({ name: 'li', display: '李', roles: ['reader'], password: PASSWORD })).text,
    ).toContain('已保存');
    expect(
      (await add({ name: 'li', display: '李', roles: ['reader'], password: PASSWORD })).text,
    ).toContain('已有名为 li 的人员');
    expect(
      (
        await chen.post('/desk/people/chen', {
          display: '陈',
          roles: ['reader'],
          confirm: PASSWORD,
        })
      ).text,
    ).toContain('不能停用自己');
    // The password was given to them: they can do nothing but choose their own.
    const li = await desk.signIn('li');
    expect((await li.get('/desk/')).headers.get('location')).toBe('/desk/me/');
    expect((await li.get('/desk/me/')).text).toContain('先换成自己的密码');
    expect((await li.post('/desk/me/password', { old: PASSWORD, new: PASSWORD })).text).toContain(
      '新密码不能和现在的一样',
    );
    const program = await desk.token('li', 'read');
    expect(
      (await desk.send('/api/v1/today', { headers: { authorization: `Bearer ${program}` } }))
        .status,
    ).toBe(403);
    await li.post('/desk/me/password', { old: PASSWORD, new: 'a horse of my own 42' });
    expect((await (await desk.signIn('li', 'a horse of my own 42')).get('/desk/')).status).toBe(
      200,
    );
    const page = (await chen.get('/desk/people/')).text;
    expect(page).not.toContain('argon2');
    // Another one is given, and nobody takes it up for a week and a minute.
    await chen.post('/desk/people/li', {
      display: '李',
      roles: ['reader'],
      password: 'given once more 7',
      confirm: PASSWORD,
    });
    bureau.clock.turnTo('2026-07-22T10:20:00+08:00');
    const late = await desk.send('/desk/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ name: 'li', password: 'given once more 7' }),
    });
    expect(late.status).toBe(401);
    expect(late.text).toContain('这个密码已过 7 天');
  });

  test('the journal is searched and exported; a cell that looks like a formula is none', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    await bureau.app.journal.append('noted', '=HYPERLINK("x")', 'mallory', bureau.clock.now());
    await wang.post(`/desk/releases/${GDP}/hold`);
    const found = (await wang.get('/desk/journal/?event=held&actor=wang')).text;
    expect(found).toContain('gdp.2026-Q2 微博');
    expect(found).not.toContain('mallory');
    // By what it is called, too.
    const named = (await wang.get('/desk/journal/?event=暂停&subject=微博')).text;
    expect(named).toContain('gdp.2026-Q2 微博');
    expect(named).not.toContain('gdp.2026-Q2 网站');
    expect((await wang.get('/desk/journal/?subject=地区生产总值&event=暂停')).text).toContain(
      'gdp.2026-Q2 微博',
    );
    const csv = (await wang.get('/desk/journal/export.csv')).text;
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect((await wang.get('/desk/journal/?to=2026-07-14')).text).not.toContain('gdp.2026-Q2 微博');
  });

  test('what the watchdog found by itself is there too, and taken in hand there', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const now = bureau.clock.now();
    const when = { openedAt: now, toldAt: now, levelAt: now };
    const incident: Incident = {
      id: 'w-1',
      kind: 'service',
      subject: 'host',
      severity: 'missed',
      stage: 1,
      level: 1,
      timezone: 'Asia/Shanghai',
      items: [],
      thread: 't',
      told: {},
      ...when,
    };
    await mkdir(join(bureau.folder, 'var', 'watchdog'), { recursive: true });
    await writeFile(
      join(bureau.folder, 'var', 'watchdog', 'state.json'),
      JSON.stringify({ incidents: { 'service host': incident }, outbox: [] }),
    );
    expect((await wang.get('/desk/incidents/')).text).toContain('/desk/incidents/w-1/ack');
    expect((await wang.post('/desk/incidents/w-1/ack')).text).toContain('已记在您名下');
    expect(await readFile(join(bureau.folder, 'var', 'watchdog', 'acks', 'w-1'), 'utf8')).toBe(
      'wang',
    );
    expect(await events()).toContain('incident-acknowledged wang');
  });

  test('an incident is taken in hand from the page', async () => {
    await desk.person('wang', 'operator');
    await bureau.at('2026-07-20T10:06:00+08:00');
    const wang = await desk.signIn('wang');
    const page = (await wang.get('/desk/')).text;
    expect(page).toContain('已误期');
    const id = /\/desk\/incidents\/([^/]+)\/ack/.exec(page)?.[1] ?? '';
    expect((await wang.post(`/desk/incidents/${id}/ack`)).text).toContain('已记在您名下');
    expect([...(await bureau.app.incidents.incidents()).values()][0]?.acknowledged?.by).toBe(
      'wang',
    );
    expect((await wang.post('/desk/incidents/none/ack')).status).toBe(404);
  });
});
