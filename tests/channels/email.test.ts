// The press by mail: from T on one letter a reader, so many a minute, each once through kills; whoever
// went without is told to the bureau.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { emailChannel, type MailAnswer, type ReaderLetter } from '../../src/channels/email.ts';
import { loadConfig } from '../../src/config/load.ts';
import { startInbox } from '../../src/sandbox/inbox.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { GDP, never, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';

let bureau: Watched;
afterEach(() => bureau.close());
const plan = PLAN.replace('[website, catalogue, wechat, weibo]', '[website, press]');
const READERS = ['ann@paper.example.cn', 'Bob <bob@radio.example.cn>', 'cai@tv.example.cn'];

async function begin(perMinute = 30, readers = READERS, smtp?: number): Promise<void> {
  bureau = await watched('2026-07-20T09:00:00+08:00', {
    plan,
    edit: (yaml) =>
      yaml
        .replace(
          'channels:\n',
          `channels:\n  press: { kind: email, to: [${readers.map((one) => `"${one}"`).join(', ')}], perMinute: ${perMinute} }\n`,
        )
        .replace(/(mail: \{ host: 127\.0\.0\.1, port: )\d+/, (all, before: string) =>
          smtp === undefined ? all : `${before}${smtp}`,
        ),
  });
  await bureau.content();
}
async function throughT(polls = 12): Promise<void> {
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, polls);
}
const press = () => bureau.app.ledger.get(on('press'));
const letters = (): string[] =>
  bureau.sandbox.mails
    .filter(({ subject }) => subject.includes('2026年二季度'))
    .map(({ to }) => to);

test('each reader gets a letter of their own, at T and not before; the receipt says how many', async () => {
  await begin();
  await poll(bureau, 4);
  expect([(await press())?.state, letters()]).toEqual(['staged', []]);
  await throughT(40);
  expect(letters()).toEqual([
    'ann@paper.example.cn',
    '"Bob" <bob@radio.example.cn>',
    'cai@tv.example.cn',
  ]);
  const [first] = bureau.sandbox.mails;
  expect(first?.subject).toBe('2026年二季度地区生产总值');
  expect(first?.text).toContain('据初步核算，同比增长 5.8%。');
  expect(first?.text).toContain('http://127.0.0.1:8040/releases/gdp.2026-Q2/');
  expect(first?.raw).not.toContain('bob@radio');
  expect(Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(
    Date.parse('2026-07-20T10:00:00+08:00'),
  );
  expect(await press()).toMatchObject({
    state: 'verified',
    receipt: { ids: { readers: '3', taken: '3', refused: '0', doubtful: '0' } },
  });
});

test('no more than so many a minute, of all processes together', async () => {
  await begin(2);
  bureau.clock.turnTo('2026-07-20T09:59:55+08:00');
  const other = await bureau.another();
  // From 10:00:00 on, within one minute of the clock.
  await poll(bureau, 12);
  await other.channels.get('press')?.tend?.(never);
  expect(letters()).toHaveLength(2);
  bureau.clock.turnTo('2026-07-20T10:01:00+08:00');
  await other.channels.get('press')?.tend?.(never);
  expect(letters()).toHaveLength(3);
});

test('who is refused is told once, by name, and the others have theirs', async () => {
  let now = (): number => 0;
  const inbox = await startInbox(0, () => now(), { unknown: ['nobody@paper.example.cn'] });
  await begin(30, ['ann@paper.example.cn', 'nobody@paper.example.cn'], inbox.port);
  now = () => bureau.clock.now();
  await throughT(40);
  expect(inbox.mails.map(({ to }) => to)).toEqual(['ann@paper.example.cn']);
  expect(await press()).toMatchObject({ state: 'verified', receipt: { ids: { refused: '1' } } });
  await bureau.at('2026-07-20T10:02:00+08:00');
  await bureau.at('2026-07-20T10:02:05+08:00');
  const [letter, ...more] = inbox.mails.slice(1);
  expect([letter?.to, letter?.subject, more]).toEqual([
    'operator@example.cn',
    '[测试统计局] 媒体邮件：gdp.2026-Q2 有读者没有收到信（被拒收 1 人，结果不明 0 人）',
    [],
  ]);
  expect(letter?.text).toContain('nobody@paper.example.cn：');
  await inbox.close();
});

test('a server that is away takes nothing: it goes on when it is back, and nobody gets two', async () => {
  await begin();
  await bureau.sandbox.inbox.down();
  await throughT(20);
  expect((await press())?.state).toBe('releasing');
  await bureau.sandbox.inbox.up();
  await poll(bureau, 60);
  expect(letters().sort()).toEqual([
    '"Bob" <bob@radio.example.cn>',
    'ann@paper.example.cn',
    'cai@tv.example.cn',
  ]);
  expect((await press())?.state).toBe('verified');
});

/** The adapter over the bureau's own records, with a server of the test's. */
function own(send: (letter: ReaderLetter) => Promise<MailAnswer>) {
  const { app, clock } = bureau;
  return emailChannel(
    'press',
    { to: READERS, perMinute: 30 },
    {
      clock,
      mailer: { send, check: () => Promise.resolve() },
      mailings: app.mailings,
      isCalledOff: (publication) => app.publishDeps.withdrawn.has(publication),
    },
  );
}
const call = {
  publication: on('press'),
  release: GDP,
  due: Date.parse('2026-07-20T10:00:00+08:00'),
  since: 0,
  looks: 0,
  staged: { subject: 's', text: 't', html: 'h' },
} as never;

test('a process that dies with a letter under way: that reader is asked after, and never sent another', async () => {
  await begin();
  bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
  const sent: string[] = [];
  const dying = own(({ to }) => {
    sent.push(to);
    // Killed after the server took it, before anybody noted so.
    return to.startsWith('Bob')
      ? Promise.reject(new Error('killed'))
      : Promise.resolve({ class: 'taken' });
  });
  await dying.release(call, never);
  await expect(dying.tend?.(never)).rejects.toThrow('killed');
  const next = own(({ to }) => {
    sent.push(to);
    return Promise.resolve({ class: 'taken' });
  });
  await next.tend?.(never);
  expect(await next.lookup(call, never)).toEqual({ class: 'pending' });
  bureau.clock.turnTo('2026-07-20T10:03:00+08:00');
  await next.tend?.(never);
  expect(sent).toEqual(READERS);
  expect(await next.lookup(call, never)).toMatchObject({
    class: 'public',
    receipt: { ids: { taken: '2', doubtful: '1' } },
  });
  await next.tend?.(never);
  expect(sent).toEqual(READERS);
});

test('a Redis that has forgotten who had theirs: the disk knows', async () => {
  await begin();
  bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
  const sent: string[] = [];
  const channel = own(({ to }) => {
    sent.push(to);
    return Promise.resolve({ class: 'taken' });
  });
  await channel.release(call, never);
  await channel.tend?.(never);
  const { client, prefix } = bureau.app.redis;
  for (const field of (await client.hkeys(`${prefix}:mailing:${on('press')}`)).filter((one) =>
    one.startsWith('r:'),
  ))
    await client.hdel(`${prefix}:mailing:${on('press')}`, field);
  await client.sadd(`${prefix}:mailings`, on('press'));
  await channel.tend?.(never);
  expect(sent).toEqual(READERS);
});

test('withdrawn on the way: nobody else gets it, and it is said how many have it', async () => {
  await begin();
  bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
  const sent: string[] = [];
  const channel = own(async ({ to }) => {
    sent.push(to);
    await bureau.app.publishDeps.withdrawn.add(on('press'), bureau.clock.now(), '口径调整');
    return { class: 'taken' };
  });
  await channel.release(call, never);
  await channel.tend?.(never);
  expect(sent).toEqual(['ann@paper.example.cn']);
  expect(await channel.withdraw(call, never, '口径调整')).toEqual({
    class: 'cannot',
    why: { code: 'email-sent', detail: '1' },
  });
});

test('addresses are checked, each once, and there has to be a server', async () => {
  await begin();
  const config = join(bureau.folder, 'config');
  const write = async (
    press: string,
    more = 'mail: { host: a.cn, from: a@b.cn, to: [a@b.cn] }',
  ) => {
    await writeFile(
      join(config, 'banli.yaml'),
      `bureau: { zh: 局 }\nchannels:\n  website: { kind: website }\n  press: { kind: email, to: ${press} }\n${more}\n`,
    );
    return () => loadConfig(config, {}, () => 'x');
  };
  expect(await write('["ann@paper.example.cn", "Ann <ANN@paper.example.cn>"]')).toThrow(
    '每个地址只写一次',
  );
  expect(await write('["ann"]')).toThrow('邮箱地址');
  expect(await write('["a@b.cn; c@d.cn"]')).toThrow('邮箱地址');
  expect(await write('[]')).toThrow('邮箱地址');
  expect(await write('["a@b.cn"]', '')).toThrow('要先写 mail');
  expect((await write('["a@b.cn"]'))().channels.get('press')).toMatchObject({ perMinute: 30 });
  await rm(config, { recursive: true });
});
