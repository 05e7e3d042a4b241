// The desk's walls as an intruder would try them: given passwords, tokens, two administrators at
// once, bodies before names. Not for what each role may do: desk.test.ts.
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPerson, changePerson } from '../../src/desk/people/people.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { found, PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, on } from '../helpers/bureau.ts';
import { PASSWORD, type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

let bureau: Watched;
let desk: TestDesk;
beforeEach(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00', { more: PEOPLE });
  desk = await testDesk(bureau);
});
afterEach(async () => {
  await desk.close();
  await bureau.close();
});
const asks = async (token: string, path = 'today'): Promise<number> =>
  (await desk.send(`/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
/** What the journal says of one kind of event, oldest first. */
const noted = async (
  kind: string,
): Promise<{ actor: string; subject: string; detail: unknown }[]> =>
  (await bureau.app.journal.newest(100)).filter(({ event }) => event === kind).reverse();

describe('tokens', () => {
  const make = { label: '目录同步', scopes: ['read'], days: '30' };

  test('take the password once more, and are told to their person by mail', async () => {
    await desk.person('wang', 'operator');
    await bureau.app.accounts.change('wang', (one) => ({ ...one, mail: 'wang@tjj.example.cn' }));
    const wang = await desk.signIn('wang');
    expect((await wang.post('/desk/me/tokens', make)).text).not.toContain('banli_');
    for (const confirm of ['', 'wrong wrong wrong'])
      expect((await wang.post('/desk/me/tokens', { ...make, confirm })).text).not.toContain(
        'banli_',
      );
    expect(await bureau.app.accounts.tokens()).toEqual([]);
    const page = (await wang.post('/desk/me/tokens', { ...make, confirm: PASSWORD })).text;
    const secret = /banli_[\w-]{43}/.exec(page)?.[0] ?? '';
    expect(await asks(secret)).toBe(200);
    await bureau.post();
    const letters = bureau.sandbox.mails.filter(({ subject }) =>
      subject.includes('账户 wang 创建了程序令牌“目录同步”'),
    );
    // Whoever hears of warnings first, and wang, who is in no list.
    expect(letters.map(({ to }) => to).sort()).toEqual(['wang@example.cn', 'wang@tjj.example.cn']);
    expect(letters[0]?.text).toContain('30 天内有效，可以：查阅');
    expect((await noted('token-issued'))[0]).toMatchObject({
      actor: 'wang',
      detail: { scopes: ['read'], from: '127.0.0.1' },
    });
  });

  test('end with another password, another factor, and a reset by somebody else; and stand in no list then', async () => {
    await desk.person('wang', 'operator');
    await desk.person('chen', 'admin');
    const before = await desk.token('wang', 'read');
    const wang = await desk.signIn('wang');
    expect((await wang.get('/desk/me/')).text).toContain('/desk/me/tokens/');
    await wang.post('/desk/me/password', { old: PASSWORD, new: 'another horse battery' });
    expect(await asks(before)).toBe(401);
    expect((await wang.get('/desk/me/')).text).not.toMatch(/\/desk\/me\/tokens\/\w+\/revoke/);
    const then = await desk.token('wang', 'read');
    expect(await asks(then)).toBe(200);
    const chen = await desk.signIn('chen');
    // A change of roles ends no token: it can do no more than its person.
    await chen.post('/desk/people/wang', { display: 'wang', roles: ['reader'], confirm: PASSWORD });
    expect(await asks(then)).toBe(200);
    await chen.post('/desk/people/wang', {
      display: 'wang',
      roles: ['reader'],
      resetTotp: 'yes',
      confirm: PASSWORD,
    });
    expect(await asks(then)).toBe(401);
  });

  test('that were made before tokens knew of this are good as they were', async () => {
    await desk.person('wang', 'operator');
    const { client, prefix } = bureau.app.redis;
    const secret = await desk.token('wang', 'read');
    // As 0.1 wrote both.
    const [[hash = '', text = '']] = Object.entries(await client.hgetall(`${prefix}:tokens`)) as [
      [string, string],
    ];
    const { secrets: _, ...old } = JSON.parse(text) as { secrets: number };
    await client.hset(`${prefix}:tokens`, hash, JSON.stringify(old));
    const account = JSON.parse((await client.hget(`${prefix}:accounts`, 'wang')) ?? '') as {
      secrets?: number;
    };
    delete account.secrets;
    await client.hset(`${prefix}:accounts`, 'wang', JSON.stringify(account));
    expect(await asks(secret)).toBe(200);
  });
});

describe('accounts', () => {
  const by = { name: 'chen', from: '127.0.0.1' };

  test('disabled stays disabled, though the person changes the password at the same moment', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const { accounts } = bureau.app;
    for (let time = 0; time < 5; time++) {
      await accounts.change('wang', (one) => ({ ...one, disabled: false }));
      await Promise.all([
        changePerson(desk.desk, by, 'wang', { disabled: true }, desk.desk.words),
        wang
          .post('/desk/me/password', { old: PASSWORD, new: 'another horse battery' })
          .catch(() => undefined),
      ]);
      expect((await accounts.get('wang'))?.disabled).toBe(true);
    }
  });

  test('two administrators who demote each other at one moment leave one', async () => {
    const { accounts } = bureau.app;
    for (let time = 0; time < 5; time++) {
      const [a, b] = [`a${time}x`, `b${time}x`];
      await desk.person(a, 'admin');
      await desk.person(b, 'admin');
      for (const one of await accounts.all())
        if (one.name !== a && one.name !== b)
          await accounts.change(one.name, (account) => ({ ...account, disabled: true }));
      const demote = (who: string, whom: string): Promise<unknown> =>
        changePerson(
          desk.desk,
          { name: who, from: 'x' },
          whom,
          { roles: ['reader'] },
          desk.desk.words,
        );
      const done = await Promise.allSettled([demote(a, b), demote(b, a)]);
      expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(
        (await accounts.all()).filter((one) => !one.disabled && one.roles.includes('admin')),
      ).toHaveLength(1);
    }
  });

  test('a new administrator is told by mail, with who made them and from where', async () => {
    await addPerson(
      desk.desk,
      by,
      { name: 'lin', display: '林', roles: ['admin'], password: PASSWORD },
      desk.desk.words,
    );
    await bureau.post();
    expect(bureau.mail('新增人员 lin（管理员）').text).toContain(
      'chen 在 127.0.0.1 新增了人员 lin，角色：管理员',
    );
    expect((await noted('person-added'))[0]).toMatchObject({
      actor: 'chen',
      detail: { name: 'lin', from: '127.0.0.1' },
    });
  });
});

describe('sessions', () => {
  test('one sees where one is signed in, and ends the others; signing in again ends the one before', async () => {
    await desk.person('wang', 'operator');
    const elsewhere = await desk.signIn('wang', PASSWORD, '203.0.113.7');
    const here = await desk.signIn('wang');
    expect((await here.get('/desk/me/')).text).toContain('2026-07-15 10:00 起，来自 203.0.113.7');
    expect((await here.post('/desk/me/sessions/end')).text).toContain('已退出其他 1 处登录');
    expect([(await elsewhere.get('/desk/')).status, (await here.get('/desk/')).status]).toEqual([
      303, 200,
    ]);
    // What a stream of events asks from time to time.
    const { accounts, clock } = bureau.app;
    const open = (visitor: Visitor): Promise<boolean> =>
      accounts.isOpen(visitor.cookie.replace('banli=', ''), clock.now());
    expect([await open(elsewhere), await open(here)]).toEqual([false, true]);
    const { cookie } = here;
    await desk.send('/desk/sign-in', {
      method: 'POST',
      headers: { cookie },
      body: new URLSearchParams({ name: 'wang', password: PASSWORD }),
    });
    expect((await desk.send('/desk/', { headers: { cookie } })).status).toBe(303);
  });
});

describe('texts that are not out', () => {
  test('whoever manages people reads none; whoever reads one is in the journal, once in ten minutes', async () => {
    await bureau.content();
    await desk.person('chen', 'admin');
    await desk.person('du', 'reader');
    const [chen, du] = [await desk.signIn('chen'), await desk.signIn('du')];
    const paths = [
      `/desk/content/${GDP}/preview`,
      `/desk/preview/releases/${GDP}/`,
      `/api/v1/releases/${GDP}/content`,
      `/api/v1/releases/${GDP}/preview`,
    ];
    for (const path of paths) expect((await chen.get(path)).status, path).toBe(403);
    for (const path of ['/desk/', `/desk/releases/${GDP}`, '/desk/plan/', '/desk/journal/']) {
      const { status, text } = await chen.get(path);
      expect([path, status, text.includes('5.8%')]).toEqual([path, 200, false]);
    }
    for (const path of [...paths, ...paths]) expect((await du.get(path)).status, path).toBe(200);
    expect(await noted('text-read')).toMatchObject([
      { actor: 'du', subject: GDP, detail: { from: '127.0.0.1', via: 'session' } },
    ]);
  });
});

describe('refusals', () => {
  test('who was refused what, and from where, is in the journal once a minute for each person and route', async () => {
    await desk.person('du', 'reader');
    await desk.person('chen', 'admin');
    const [du, chen] = [await desk.signIn('du'), await desk.signIn('chen')];
    for (const id of ['a.2026-Q1', 'a.2026-Q2', GDP])
      expect((await du.post(`/desk/releases/${id}/hold`)).status).toBe(403);
    expect((await du.get('/desk/people/')).status).toBe(403);
    expect((await chen.get(`/desk/content/${GDP}/preview`)).status).toBe(403);
    const post = {
      method: 'POST',
      headers: { cookie: chen.cookie, 'sec-fetch-site': 'cross-site' },
    };
    for (let time = 0; time < 3; time += 1)
      expect((await desk.send('/desk/people/', post)).status).toBe(403);
    const asking = await desk.token('du', 'read');
    expect(await asks(asking, 'people')).toBe(403);
    const from = { from: '127.0.0.1', via: 'session' };
    expect(await noted('refused')).toMatchObject([
      {
        actor: 'du',
        subject: '',
        detail: { code: 'forbidden', route: 'POST /desk/releases/:id/hold', ...from },
      },
      {
        actor: 'du',
        subject: '',
        detail: { code: 'forbidden', route: 'GET /desk/people/', ...from },
      },
      {
        actor: 'chen',
        subject: '',
        detail: { code: 'forbidden', route: 'GET /desk/content/:id/preview', ...from },
      },
      {
        actor: 'chen',
        subject: '',
        detail: { code: 'csrf', route: 'POST /desk/people/', ...from },
      },
      {
        actor: 'du',
        subject: '',
        detail: { code: 'forbidden', route: 'GET /api/v1/people', from: '127.0.0.1', via: 'token' },
      },
    ]);
    expect((await chen.get('/desk/journal/?event=refused')).text).toContain('没有权限，被拒绝');
    const { events } = messagesFor('en').desk.journal;
    expect([events.refused, events['plan-saved'], events['incident-over']]).toEqual([
      'Not allowed, refused',
      'Plan saved',
      'Incident over',
    ]);
  });

  test('a stranger is no line of the journal, however often they ask', async () => {
    for (let time = 0; time < 20; time += 1) await desk.send('/api/v1/people');
    expect(await noted('refused')).toEqual([]);
  });
});

describe('what comes in', () => {
  test('nothing is read of what somebody sends who may not: the answer comes before the body', async () => {
    const { port } = new URL(desk.url);
    for (const path of [`/desk/content/${GDP}`, `/api/v1/releases/${GDP}/content`]) {
      const answer = await new Promise<string>((done, failed) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.once('error', failed);
        // A body that is announced, begun, and never ended.
        socket.write(
          `${path.startsWith('/desk') ? 'POST' : 'PUT'} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
        );
        socket.once('data', (data) => {
          socket.destroy();
          done(String(data).split('\r\n')[0] ?? '');
        });
      });
      expect(answer).toBe(
        path.startsWith('/desk') ? 'HTTP/1.1 303 See Other' : 'HTTP/1.1 401 Unauthorized',
      );
    }
  });

  test('a correction is of what was seen, too', async () => {
    await desk.person('wang', 'operator');
    await bureau.content();
    bureau.clock.turnTo('2026-07-20T10:00:01+08:00');
    const token = await desk.token('wang', 'operate');
    await found(bureau, on('website'));
    expect(await bureau.state(on('website'))).toBe('public');
    const correct = async (body: object) =>
      desk.send(`/api/v1/releases/${GDP}/correct`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason: '笔误', ...body }),
      });
    const missing = await correct({});
    expect([missing.status, JSON.parse(missing.text)]).toMatchObject([
      422,
      { code: 'digest-missing' },
    ]);
    expect((await correct({ digest: 'f'.repeat(64) })).status).toBe(409);
  });
});
