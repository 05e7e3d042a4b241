// What an intruder and a newcomer found at their second try, each as a test.
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Watched, watched } from '../helpers/alarm.ts';
import { GDP, PLAN } from '../helpers/bureau.ts';
import { type Answer, PASSWORD, type TestDesk, testDesk } from '../helpers/desk.ts';

let bureau: Watched;
let desk: TestDesk;
async function open(plan = PLAN): Promise<void> {
  bureau = await watched('2026-07-15T10:00:00+08:00', { plan });
  desk = await testDesk(bureau);
}
beforeEach(() => open());
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

const events = async (name: string): Promise<number> =>
  (await bureau.app.journal.newest(200)).filter(({ event }) => event === name).length;
const AT = `/desk/content/${GDP}`;

test.each(['', 'wechat', 'cover', 'files/a.csv'])(
  'whoever reads an embargoed text by the preview’s own frame (%s) is in the journal',
  async (frame) => {
    await bureau.content(undefined, undefined, { 'a.csv': '项目,亿元\n合计,1234.5\n' });
    await desk.person('du', 'reader');
    const du = await desk.signIn('du');
    expect((await du.get(`/desk/preview/releases/${GDP}/${frame}`)).status).toBe(200);
    expect(await events('text-read')).toBe(1);
  },
);

test('a page that shows somebody else’s text beside one’s own notes that it was read', async () => {
  await bureau.content();
  await desk.person('bian', 'editor');
  const bian = await desk.signIn('bian');
  const refused = await bian.post(AT, { title: '甲', body: '乙', base: 'another' });
  expect([refused.status, refused.text.includes('5.8%')]).toEqual([409, true]);
  expect(await events('text-read')).toBe(1);
});

test('tokens open no page of the desk, its event stream and its forms among them', async () => {
  await bureau.content();
  await desk.person('wang', 'operator');
  const token = await desk.token('wang', 'read', 'content', 'texts', 'operate', 'plan');
  const headers = { authorization: `Bearer ${token}` };
  for (const path of [
    '',
    'events',
    `content/${GDP}`,
    `content/${GDP}/preview`,
    `preview/releases/${GDP}/`,
    'journal/',
    'plan/',
  ])
    expect([path, (await desk.send(`/desk/${path}`, { headers })).status]).toEqual([path, 403]);
  const form = new URLSearchParams({ title: 'x', body: 'y', base: 'x' });
  expect((await desk.send(AT, { method: 'POST', headers, body: form })).status).toBe(403);
  expect((await desk.send('/api/v1/today', { headers })).status).toBe(200);
});

const linkIn = ({ text }: Answer): string => /\/desk\/welcome\/[\w-]{43}/.exec(text)?.[0] ?? '';

test('an invitation is in Redis as a hash alone, whatever key a program sends, and one ends the one before', async () => {
  await desk.person('chen', 'admin');
  const token = await desk.token('chen', 'people');
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': 'k1',
  };
  const body = JSON.stringify({ name: 'lin', display: '林', roles: ['editor'], invite: true });
  const first = linkIn(await desk.send('/api/v1/people', { method: 'POST', headers, body }));
  expect(first).not.toBe('');
  const { client, prefix } = bureau.app.redis;
  const kept: string[] = [];
  for (const key of await client.keys(`${prefix}:*`))
    if ((await client.type(key)) === 'string') kept.push(`${key} ${(await client.get(key)) ?? ''}`);
  kept.push(JSON.stringify(await client.hgetall(`${prefix}:accounts`)));
  const secret = first.split('/').at(-1) ?? '?';
  expect(kept.filter((one) => one.includes(secret))).toEqual([]);

  const chen = await desk.signIn('chen');
  const second = linkIn(await chen.post('/desk/people/lin/invite', { confirm: PASSWORD }));
  expect([(await desk.send(first)).status, (await desk.send(second)).status]).toEqual([404, 200]);
  // A message to be shown is another thing than an invitation.
  await desk.send(`/desk/sign-in?said=${second.split('/').at(-1)}`);
  expect((await desk.send(second)).status).toBe(200);
  // Other roles, and a new one is needed: it would open what was not meant.
  await chen.post('/desk/people/lin', {
    display: '林',
    roles: ['editor', 'admin'],
    confirm: PASSWORD,
  });
  expect((await desk.send(second)).status).toBe(404);
});

test('large uploads of one person come one after the other; another is told so before it is read, and small ones pass', async () => {
  await desk.person('wang', 'operator');
  const token = await desk.token('wang', 'content', 'texts', 'read');
  const { port } = new URL(desk.url);
  const ask = (length: number) => {
    const socket = connect(Number(port), '127.0.0.1');
    const head = [
      `PUT /api/v1/releases/${GDP}/content HTTP/1.1`,
      'host: 127.0.0.1',
      `authorization: Bearer ${token}`,
      'content-type: multipart/form-data; boundary=b',
      `content-length: ${length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n--b\r\n`);
    return socket;
  };
  const answer = (socket: Socket) =>
    new Promise<string>((done) =>
      socket.once('data', (chunk: Buffer) => done(chunk.toString('utf8'))),
    );
  const first = ask(50_000_000);
  // It has begun, and sends no more for now.
  await new Promise((done) => setTimeout(done, 300));
  const second = await answer(ask(50_000_000));
  expect(second).toMatch(/^HTTP\/1\.1 429 /);
  const small = new FormData();
  small.append('files', new File(['---\ntitle: 甲\n---\n\n乙\n'], 'release.md'));
  expect(
    (
      await desk.send(`/api/v1/releases/${GDP}/content`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}` },
        body: small,
      })
    ).status,
  ).toBe(200);
  first.destroy();
});

test('a form of more fields than any has is refused before it is taken apart, and so is JSON nested without end', async () => {
  await desk.person('du', 'reader');
  const du = await desk.signIn('du');
  const form = `${'a=1&'.repeat(24_000)}csrf=${du.csrf}`;
  const headers = { cookie: du.cookie, 'content-type': 'application/x-www-form-urlencoded' };
  expect(
    (await desk.send('/desk/me/password', { method: 'POST', headers, body: form })).status,
  ).toBe(413);
  await desk.person('wang', 'operator');
  const token = await desk.token('wang', 'plan');
  for (const body of [
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  ]) {
    const json = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    expect([400, 422]).toContain(
      (await desk.send('/api/v1/plan/check', { method: 'POST', headers: json, body })).status,
    );
  }
});

test('what is wrong with a text is for those who may read it', async () => {
  await bureau.content('---\ntitle: 甲\n同比增长5.8%: 秘密\n---\n\n正文\n', undefined, {
    '同比增长5.8%.exe': 'x',
  });
  await desk.person('chen', 'admin');
  await desk.person('bian', 'editor');
  const [chen, bian] = [await desk.signIn('chen'), await desk.signIn('bian')];
  for (const path of ['/desk/', `/desk/releases/${GDP}`])
    expect((await chen.get(path)).text).not.toContain('5.8%');
  expect((await chen.get(`/desk/releases/${GDP}`)).text).toContain('能看稿件的人可以看到');
  expect((await bian.get(`/desk/releases/${GDP}`)).text).toContain('5.8%');
});

/** A PNG whose header says how large it is: a few bytes stand for any number of pixels. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('a small picture of billions of pixels is refused: each reader’s phone would be asked for gigabytes', async () => {
  await desk.person('bian', 'editor');
  const bian = await desk.signIn('bian');
  const upload = (bytes: Buffer) =>
    bian.fill(AT, { title: '甲', body: '乙', upload: new File([new Uint8Array(bytes)], 'a.png') });
  expect((await upload(png(60_000, 60_000))).text).toContain('图片的像素太多');
  expect((await upload(png(6000, 4000))).text).toContain('稿件已保存');
});

test('past its time and without a text, a save says that it makes it public within seconds, and where, before it does', async () => {
  await desk.person('wang', 'operator');
  bureau.clock.turnTo('2026-07-20T10:03:00+08:00');
  const wang = await desk.signIn('wang');
  const asked = await wang.fill(AT, { title: '甲', body: '（草稿，写了一半' });
  expect(asked.status).toBe(409);
  expect(asked.text).toContain('发布时间（2026-07-20 10:00）已过：一保存，几秒内就会公开到网站、');
  expect(asked.text).toContain('（草稿，写了一半');
  expect(
    (await bureau.app.publishDeps.load(bureau.app.planService.calendar().byId.get(GDP) as never))
      .state,
  ).toBe('missing');
  // Held first, it is only saved.
  await wang.post(`/desk/releases/${GDP}/hold`);
  expect((await wang.fill(AT, { title: '甲', body: '（草稿，写了一半' })).text).toContain(
    '稿件已保存',
  );
  expect(
    await readFile(join(bureau.folder, 'content', 'gdp', '2026-Q2', 'release.md'), 'utf8'),
  ).toContain('草稿');
  await wang.post(`/desk/releases/${GDP}/retry`);
  const again = await wang.fill(AT, { title: '甲', body: '写完了' });
  expect(again.status).toBe(409);
  expect(again.text).toContain('仍然保存');
  expect(
    (
      await wang.post(AT, {
        title: '甲',
        body: '写完了',
        base: /name="base" value="([^"]*)"/.exec(again.text)?.[1] ?? '',
        sure: 'yes',
      })
    ).text,
  ).toContain('稿件已保存');
});
