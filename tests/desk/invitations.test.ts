// Invitation links: good once, for a day, for one person, and for nobody's password but one's own.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Watched, watched } from '../helpers/alarm.ts';
import { type Answer, PASSWORD, type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

const OWN = 'slow river under nine bridges';
let bureau: Watched;
let desk: TestDesk;
let chen: Visitor;
beforeEach(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00');
  desk = await testDesk(bureau);
  await desk.person('chen', 'admin');
  chen = await desk.signIn('chen');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

const linkIn = ({ text }: Answer): string => /\/desk\/welcome\/[\w-]{43}/.exec(text)?.[0] ?? '';
const add = async (name: string): Promise<string> =>
  linkIn(
    await chen.post('/desk/people/', { name, display: name, roles: ['editor'], confirm: PASSWORD }),
  );
const choose = (link: string, password = OWN, again = password): Promise<Answer> =>
  desk.send('/desk/welcome', {
    method: 'POST',
    body: new URLSearchParams({ invitation: link.split('/').at(-1) ?? '', password, again }),
  });

test('added without a password, somebody chooses their own by a link, is signed in at once, and the link is used up', async () => {
  const link = await add('li');
  expect(link).not.toBe('');
  // Whatever opens links in letters before people do uses nothing up.
  for (let look = 0; look < 2; look++)
    expect((await desk.send(link)).text).toContain('您的用户名是 li');
  const done = await choose(link);
  expect([done.status, done.headers.get('location')]).toEqual([303, '/desk/']);
  expect(done.headers.getSetCookie().some((one) => one.startsWith('banli='))).toBe(true);
  await desk.signIn('li', OWN);
  expect((await choose(link)).status).toBe(404);
  expect((await desk.send(link)).text).toContain('这个链接已经用过');
  const events = (await bureau.app.journal.newest(20)).map(
    ({ event, actor }) => `${event} ${actor}`,
  );
  expect(events).toEqual(expect.arrayContaining(['person-invited chen', 'password-chosen li']));
});

test('a weak password, or two that differ, are refused on the form, and the link stays good', async () => {
  const link = await add('li');
  expect((await choose(link, 'short')).status).toBe(422);
  const differs = await choose(link, OWN, `${OWN}!`);
  expect([
    differs.status,
    differs.text.includes('两次输入的密码不一样'),
    differs.text.includes('action="/desk/welcome"'),
  ]).toEqual([422, true, true]);
  expect((await choose(link)).status).toBe(303);
});

test.each([
  ['li-li-li-li-li', '里面有您的用户名'],
  ['tongjitongji', '里面有“tongji”'],
  ['202601012026', '是连续的、重复的字符，或者日期'],
  ['password12345', '是常见的密码'],
])('%s is refused with what makes it easy to guess', async (password, why) => {
  const { status, text } = await choose(await add('li'), password);
  expect(
    [status, text.includes(`这个密码太容易猜到：${why}`)],
    /<div class="message.*/.exec(text)?.[0],
  ).toEqual([422, true]);
});

test('the greeting says a name once, and asks for one where only the user name is known', async () => {
  const link = await add('li');
  const { text } = await desk.send(link);
  expect(text).toContain('<p>您好。您的用户名是 li');
  expect(text).toContain('name="display"');
  const invitation = link.split('/').at(-1) ?? '';
  const body = (password: string) =>
    new URLSearchParams({ invitation, password, again: password, display: ' 李明 ' });
  expect(
    (await desk.send('/desk/welcome', { method: 'POST', body: body('short') })).text,
  ).toContain('value=" 李明 "');
  await desk.send('/desk/welcome', { method: 'POST', body: body(OWN) });
  expect((await chen.get('/desk/people/')).text).toContain('<strong>李明</strong> li');
  const known = linkIn(
    await chen.post('/desk/people/', {
      name: 'zhao',
      display: '赵',
      roles: ['editor'],
      confirm: PASSWORD,
    }),
  );
  const page = (await desk.send(known)).text;
  expect([page.includes('赵，您好'), page.includes('name="display"')]).toEqual([true, false]);
});

test('of two who use a link at once one has it', async () => {
  const link = await add('li');
  const done = await Promise.all([choose(link, `${OWN} one`), choose(link, `${OWN} two`)]);
  expect(done.map(({ status }) => status).sort()).toEqual([303, 404]);
});

test('whoever has forgotten their password is sent one; the old password and what it opened are good until then, and not after', async () => {
  await desk.person('li', 'editor');
  const before = await desk.signIn('li');
  const link = linkIn(await chen.post('/desk/people/li/invite', { confirm: PASSWORD }));
  expect((await before.get('/desk/')).status).toBe(200);
  expect((await choose(link)).status).toBe(303);
  expect((await before.get('/desk/')).status).toBe(303);
  await expect(desk.signIn('li')).rejects.toThrow('401');
});

test('a link ends with a day, with another password, and with the account', async () => {
  const [first, second, third] = [await add('li'), await add('zhao'), await add('sun')];
  await chen.post('/desk/people/zhao', {
    display: 'zhao',
    roles: ['editor'],
    password: `${OWN} given`,
    confirm: PASSWORD,
  });
  await chen.post('/desk/people/sun', {
    display: 'sun',
    roles: ['editor'],
    disabled: 'yes',
    confirm: PASSWORD,
  });
  expect((await choose(second)).status).toBe(404);
  expect((await choose(third)).status).toBe(404);
  const { client, prefix } = bureau.app.redis;
  const kept = (await client.keys(`${prefix}:kept:*`)).length;
  expect(kept).toBeGreaterThan(0);
  for (const key of await client.keys(`${prefix}:kept:*`)) {
    const life = await client.ttl(key);
    expect(life > 23 * 3600 && life <= 24 * 3600).toBe(true);
    await client.del(key);
  }
  expect((await choose(first)).status).toBe(404);
});

test('whoever has a second factor is asked for it still', async () => {
  await desk.person('li', 'editor');
  await bureau.app.accounts.change('li', (one) => ({
    ...one,
    totp: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  }));
  const link = linkIn(await chen.post('/desk/people/li/invite', { confirm: PASSWORD }));
  const done = await choose(link);
  expect(done.headers.get('location')).toMatch(/^\/desk\/sign-in/);
  expect(done.headers.getSetCookie()).toEqual([]);
});

test('nobody but an administrator makes one, and not without their password', async () => {
  await desk.person('li', 'operator');
  const li = await desk.signIn('li');
  expect((await li.post('/desk/people/chen/invite', { confirm: PASSWORD })).status).toBe(403);
  const refused = await chen.post('/desk/people/li/invite', { confirm: 'wrong' });
  expect([refused.status, linkIn(refused)]).toEqual([422, '']);
  // From another site's page nobody chooses a password.
  const link = await add('zhao');
  const form = new URLSearchParams({
    invitation: link.split('/').at(-1) ?? '',
    password: OWN,
    again: OWN,
  });
  const foreign = await desk.send('/desk/welcome', {
    method: 'POST',
    headers: { origin: 'http://evil.example' },
    body: form,
  });
  expect(foreign.status).toBe(403);
});
