// Letters that arrive: a server that is down for hours, restarts, logins, TLS, DKIM, and the other
// ways. Real servers on loopback, nothing mocked.
import { createHash, createPublicKey, createVerify } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { copies } from '../../src/alerts/address-letters.ts';
import { deliver, makeTransports } from '../../src/alerts/deliver-letters.ts';
import type { Person } from '../../src/alerts/recipients.ts';
import { waitAfter } from '../../src/alerts/transport.ts';
import type { MailOptions } from '../../src/alerts/transports/mail.ts';
import { change } from '../../src/publish/deps.ts';
import { type Inbox, type InboxRules, startInbox } from '../../src/sandbox/inbox.ts';
import { SANDBOX } from '../../src/sandbox/sandbox.ts';
import { found, type Watched, watched } from '../helpers/alarm.ts';
import { on, PLAN } from '../helpers/bureau.ts';
import { ManualClock } from '../helpers/clock.ts';
import { DKIM_KEY, TLS_CERTIFICATE, TLS_KEY } from './keys.ts';

const PERSON: Person = {
  name: '王敏',
  mail: ['wang@example.cn'],
  language: 'zh',
  quiet: undefined,
  ways: { missed: ['mail', 'group', 'ding', 'duty'], warning: ['mail'], report: ['mail'] },
};
const WEBSITE = PLAN.replace('[website, catalogue, wechat, weibo]', '[website]');
const clock = new ManualClock('2026-07-20T10:00:00+08:00');
const letter = (id: string, severity: 'missed' | 'warning' = 'warning') =>
  copies(
    {
      letter: id,
      thread: undefined,
      subject: '主题',
      text: '正文',
      html: '<p>正文</p>',
      brief: '**主题**\n正文',
    },
    'opened',
    severity,
    PERSON,
    clock.now(),
    'Asia/Shanghai',
  );

describe('a mail server that is down for hours', () => {
  let bureau: Watched;
  afterEach(() => bureau.close());

  test('nothing is lost, nothing comes twice, and the end of an incident comes after its beginning', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: WEBSITE });
    const entry = await bureau.app.ledger.get(on('website'));
    if (entry)
      await bureau.app.ledger.change(
        change(bureau.app.publishDeps, entry, 'held', { reason: { code: 'site-render' } }),
      );
    await bureau.sandbox.inbox.down();
    expect(await bureau.at('2026-07-20T10:00:00+08:00')).toEqual([]);
    // The waits grow: 10 s, 20 s, 40 s …, and never beyond ten minutes.
    expect([0, 1, 2, 3, 9, 50].map((tries) => waitAfter(tries, false) / 1000)).toEqual([
      10, 20, 40, 80, 600, 600,
    ]);
    for (const minute of ['01', '02', '05', '09', '12', '25'])
      expect(await bureau.at(`2026-07-20T10:${minute}:00+08:00`)).toEqual([]);
    const [waiting] = await bureau.app.incidents.deliveries();
    expect(waiting).toMatchObject({
      subject: '[测试统计局] 未按时发布：地区生产总值（gdp.2026-Q2）',
      error: expect.stringContaining('ECONNREFUSED'),
    });
    expect(waiting?.tries).toBeGreaterThan(4);
    // That mail fails is an incident too; with no other way nobody can be told of it, but it can be
    // seen.
    expect(
      [...(await bureau.app.incidents.incidents()).values()].map(({ kind }) => kind).sort(),
    ).toEqual(['channel', 'mail']);
    // It is over before anybody could be told that it began.
    await found(bureau, on('website'));
    expect(await bureau.at('2026-07-20T12:00:00+08:00')).toEqual([]);
    // Another process takes the outbox over.
    const other = await bureau.another();
    await bureau.sandbox.inbox.up();
    const office = {
      book: other.incidents,
      journal: other.journal,
      people: bureau.config.alerts.people,
      ways: other.transports,
      clock: bureau.clock,
      actor: 'b',
    };
    for (const minute of ['15', '30', '45']) {
      bureau.clock.turnTo(`2026-07-20T13:${minute}:00+08:00`);
      const all = (await other.incidents.deliveries()).map(({ id }) => id);
      // In whatever order, and twice at once.
      await Promise.all(
        [...all]
          .reverse()
          .flatMap((id) => [
            deliver(office, id),
            deliver({ ...office, book: bureau.app.incidents }, id),
          ]),
      );
    }
    expect(bureau.sandbox.mails.map(({ subject }) => subject)).toEqual([
      '[测试统计局] 未按时发布：地区生产总值（gdp.2026-Q2）',
      '[测试统计局] 已解决：地区生产总值',
    ]);
    expect(bureau.sandbox.mails[1]?.inReplyTo).toBe(bureau.sandbox.mails[0]?.messageId);
    expect(await other.incidents.deliveries()).toEqual([]);
    const events = (await bureau.app.journal.newest(100)).map(({ event }) => event);
    expect(events.filter((event) => event === 'mail-sent')).toHaveLength(2);
    // The second waited for the first, and was never tried in vain.
    expect(events.filter((event) => event === 'mail-failed')).toHaveLength(1);
  });

  test('that mail fails is told by the other ways', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', {
      alerts: 'ways: { group: { kind: wecom, url: { file: robot } } }',
      more: 'people: [{ name: 王敏, mail: wang@example.cn, ways: { missed: [mail], warning: [mail, group] } }]',
    });
    await bureau.sandbox.inbox.down();
    await bureau.rounds.monitor.planRefused('第一个错误');
    for (const minute of ['01', '02', '04', '12'])
      await bureau.at(`2026-07-20T09:${minute}:00+08:00`);
    const heads = bureau.sandbox.world.messages.map(({ text }) => text.split('\n')[0]);
    expect(heads).toEqual(['**发布计划有误，没有生效**', '**通知发不出去：mail**']);
  });
});

/** Sends one letter to an inbox with these rules. @returns what became of it */
async function send(
  rules: InboxRules,
  options: Partial<MailOptions>,
): Promise<{ inbox: Inbox; failed: { message: string; lasting: boolean } | undefined }> {
  const inbox = await startInbox(0, () => clock.now(), rules);
  const mail: MailOptions = {
    host: '127.0.0.1',
    port: inbox.port,
    secure: false,
    requireTls: false,
    from: '颁历 <banli@example.cn>',
    to: [],
    ...options,
  };
  const ways = makeTransports(mail, new Map(), clock);
  const [delivery] = letter('11111111-2222-4333-8444-555555555555');
  const failed =
    delivery &&
    (await ways
      .get('mail')
      ?.send(delivery, PERSON)
      .then(
        () => undefined,
        (error: unknown) => error as { message: string; lasting: boolean },
      ));
  for (const way of ways.values()) way.close();
  await inbox.close();
  return { inbox, failed };
}

describe('a mail', () => {
  test('says who it is from and that a machine wrote it, and can be read as text and as HTML', async () => {
    const { inbox } = await send({}, {});
    const [mail] = inbox.mails;
    expect(mail).toMatchObject({
      to: 'wang@example.cn',
      subject: '主题',
      text: '正文',
      inReplyTo: '',
    });
    expect(mail?.html).toContain('<p>正文</p>');
    expect(mail?.headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      'list-id': 'Banli <banli.example.cn>',
    });
    expect(mail?.messageId).toMatch(
      /^<11111111-2222-4333-8444-555555555555\.[0-9a-f]{8}@example\.cn>$/,
    );
  });

  test('goes over TLS with a login, where the server asks for it', async () => {
    const rules = {
      tls: { key: TLS_KEY, cert: TLS_CERTIFICATE },
      login: { user: 'banli', password: 'right' },
    };
    const { inbox, failed } = await send(rules, {
      requireTls: true,
      user: 'banli',
      password: 'right',
      ca: TLS_CERTIFICATE,
    });
    expect(failed).toBeUndefined();
    expect(inbox.mails[0]?.secure).toBe(true);
  });

  test('does not go to a server whose certificate nobody vouches for, nor without TLS where it is required', async () => {
    const unknown = await send(
      { tls: { key: TLS_KEY, cert: TLS_CERTIFICATE } },
      { requireTls: true },
    );
    expect(unknown.failed).toMatchObject({
      message: expect.stringMatching(/self.signed/i),
      lasting: false,
    });
    const plain = await send({}, { requireTls: true });
    expect(plain.failed).toMatchObject({ lasting: false });
    expect([...unknown.inbox.mails, ...plain.inbox.mails]).toEqual([]);
  });

  test('a refused login may be mended; an address that does not exist is asked again only once an hour', async () => {
    const rules = {
      tls: { key: TLS_KEY, cert: TLS_CERTIFICATE },
      login: { user: 'banli', password: 'right' },
    };
    const login = await send(rules, {
      requireTls: true,
      user: 'banli',
      password: 'wrong',
      ca: TLS_CERTIFICATE,
    });
    expect(login.failed).toMatchObject({
      message: expect.stringContaining('Invalid'),
      lasting: false,
    });
    expect(login.failed?.message).not.toContain('wrong');
    const nobody = await send({ unknown: ['wang@example.cn'] }, {});
    expect(nobody.failed).toMatchObject({
      message: expect.stringContaining('No such user'),
      lasting: true,
    });
    expect(waitAfter(0, true)).toBe(3_600_000);
  });

  test('is signed by DKIM, and the signature holds', async () => {
    const { inbox } = await send(
      {},
      { dkim: { domain: 'example.cn', selector: 'banli', key: DKIM_KEY } },
    );
    const raw = inbox.mails[0]?.raw ?? '';
    const signature = inbox.mails[0]?.headers['dkim-signature'] ?? '';
    const tags = Object.fromEntries(
      signature
        .replace(/\s+/g, ' ')
        .split(';')
        .map((tag) => [tag.split('=')[0]?.trim() ?? '', tag.slice(tag.indexOf('=') + 1).trim()]),
    );
    expect(tags).toMatchObject({
      d: 'example.cn',
      s: 'banli',
      a: 'rsa-sha256',
      c: 'relaxed/relaxed',
    });
    // RFC 6376, 3.4: relaxed canonicalisation, by hand.
    const [head = '', ...rest] = raw.split('\r\n\r\n');
    const body = `${rest
      .join('\r\n\r\n')
      .replace(/[ \t]+(?=\r\n)/g, '')
      .replace(/[ \t]+/g, ' ')
      .replace(/(\r\n)+$/, '')}\r\n`;
    expect(createHash('sha256').update(body).digest('base64')).toBe(tags.bh);
    const fields = head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map(
        (line) =>
          [
            line.slice(0, line.indexOf(':')).toLowerCase(),
            line
              .slice(line.indexOf(':') + 1)
              .replace(/[ \t]+/g, ' ')
              .trim(),
          ] as const,
      );
    const signed = (tags.h ?? '').split(':').map((name) => name.trim().toLowerCase());
    expect(signed).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id']));
    const lines = signed.flatMap((name) =>
      fields.filter(([field]) => field === name).map(([field, value]) => `${field}:${value}\r\n`),
    );
    const own =
      fields.find(([field]) => field === 'dkim-signature')?.[1].replace(/b=[^;]*$/, 'b=') ?? '';
    const verifier = createVerify('sha256').update(`${lines.join('')}dkim-signature:${own}`);
    expect(
      verifier.verify(createPublicKey(DKIM_KEY), (tags.b ?? '').replaceAll(' ', ''), 'base64'),
    ).toBe(true);
  });
});

describe('other ways', () => {
  let bureau: Watched;
  afterEach(() => bureau.close());

  test('a WeCom robot, a DingTalk robot and a signed webhook get what is missed, once each', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00');
    const at = `http://127.0.0.1:${bureau.sandbox.ports.robots}`;
    const { wecom, dingtalk, dingtalkSecret, webhook } = SANDBOX.robots;
    const ways = makeTransports(
      undefined,
      new Map([
        ['group', { kind: 'wecom', url: `${at}/cgi-bin/webhook/send?key=${wecom}` }],
        [
          'ding',
          {
            kind: 'dingtalk',
            url: `${at}/robot/send?access_token=${dingtalk}`,
            secret: dingtalkSecret,
          },
        ],
        ['duty', { kind: 'webhook', url: `${at}/hook`, secret: webhook }],
      ]),
      bureau.clock,
    );
    const deliveries = letter('l', 'missed').filter(({ way }) => way !== 'mail');
    for (const delivery of deliveries) await ways.get(delivery.way)?.send(delivery, PERSON);
    const got = bureau.sandbox.world.messages;
    expect(got.map(({ to }) => to)).toEqual(['wecom', 'dingtalk', 'webhook']);
    expect(got[0]?.text).toBe('**主题**\n正文');
    expect(got[1]?.text).toBe('主题\n**主题**\n\n正文');
    expect(JSON.parse(got[2]?.text ?? '')).toMatchObject({
      type: 'alert.opened',
      severity: 'missed',
      subject: '主题',
      text: '正文',
    });
  });

  test('a wrong key is refused for good and says so without the key; too many in a minute are for later', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00');
    const at = `http://127.0.0.1:${bureau.sandbox.ports.robots}`;
    const { wecom, dingtalk } = SANDBOX.robots;
    const ways = makeTransports(
      undefined,
      new Map([
        ['group', { kind: 'wecom', url: `${at}/cgi-bin/webhook/send?key=wrong-key` }],
        ['busy', { kind: 'wecom', url: `${at}/cgi-bin/webhook/send?key=${wecom}` }],
        [
          'ding',
          {
            kind: 'dingtalk',
            url: `${at}/robot/send?access_token=${dingtalk}`,
            secret: 'SECwrong',
          },
        ],
        ['duty', { kind: 'webhook', url: `${at}/hook`, secret: SANDBOX.webhookSecret }],
      ]),
      bureau.clock,
    );
    const [delivery] = letter('l');
    if (!delivery) throw new Error('no letter');
    const failure = (way: string): Promise<unknown> =>
      ways
        .get(way)
        ?.send(delivery, PERSON)
        .then(
          () => 'sent',
          (error: unknown) => error,
        ) ?? Promise.resolve();
    expect(await failure('group')).toMatchObject({
      message: '93000 invalid webhook url',
      lasting: true,
    });
    expect(await failure('ding')).toMatchObject({
      message: '310000 sign not match',
      lasting: true,
    });
    expect(await failure('duty')).toMatchObject({ message: 'HTTP 401', lasting: true });
    for (let sent = 0; sent < 20; sent++) expect(await failure('busy')).toBe('sent');
    expect(await failure('busy')).toMatchObject({
      message: '45009 api freq out of limit',
      lasting: false,
    });
  });

  test('a group of which two people are told hears it once', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', {
      plan: WEBSITE,
      alerts: 'ways: { group: { kind: wecom, url: { file: robot } } }, escalate: 1m',
      more: 'people: [{ name: 甲, mail: a@example.cn, ways: { missed: [mail, group] } }, { name: 乙, mail: b@example.cn, ways: { missed: [mail, group] } }]',
    });
    const entry = await bureau.app.ledger.get(on('website'));
    if (entry)
      await bureau.app.ledger.change(
        change(bureau.app.publishDeps, entry, 'held', { reason: { code: 'too-late' } }),
      );
    await bureau.at('2026-07-20T10:00:00+08:00');
    expect(bureau.sandbox.world.messages).toHaveLength(1);
    await bureau.at('2026-07-20T10:01:00+08:00');
    await found(bureau, on('website'));
    const before = bureau.sandbox.world.messages.length;
    const mails = await bureau.at('2026-07-20T10:02:00+08:00');
    expect(mails.sort()).toEqual([
      'a@example.cn: 已解决：地区生产总值',
      'b@example.cn: 已解决：地区生产总值',
    ]);
    expect(bureau.sandbox.world.messages.slice(before)).toHaveLength(1);
  });
});
