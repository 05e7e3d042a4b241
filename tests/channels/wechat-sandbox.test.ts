// What WeChat documents nowhere, both ways, and what it gives an account of mass sends: the stand-in
// has them, and Banli is right under each.
import { afterEach, expect, test } from 'vitest';
import { lookIfDue } from '../../src/publish/poll-due.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import type { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Bureau, DUE, GDP, makeBureau, never, on } from '../helpers/bureau.ts';
import { ticking } from '../helpers/poll.ts';
import { WECHAT_ONLY } from '../helpers/wechat.ts';

type Rules = NonNullable<Parameters<typeof startSandbox>[0]>;
const MASS = (yaml: string): string =>
  yaml.replace('appId: wx-sandbox', 'appId: wx-sandbox, mode: mass');

let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

/** A bureau a second before T, its release staged. */
async function staged(rules: Rules, edit?: (yaml: string) => string): Promise<Bureau> {
  bureau = await makeBureau('2026-07-19T10:00:05+08:00', WECHAT_ONLY, edit, rules);
  await bureau.apply();
  await bureau.content();
  const { app, clock } = bureau;
  await ticking(clock, () => stage(app.publishDeps, on('wechat'), never));
  clock.turnTo('2026-07-20T09:59:59+08:00');
  await app.channels.get('wechat')?.preflight(never);
  return bureau;
}
const release = ({ app, clock }: Bureau): Promise<void> =>
  ticking(clock, () => releaseWave(app.publishDeps, 'wechat', Date.parse(DUE) as never, never), 50);
/** What the service does until an instant: looks and sends again whenever the ledger says so. */
async function goOn(made: Bureau, end: string): Promise<void> {
  const { app, clock } = made;
  for (;;) {
    const at = await app.ledger.wakesAt(on('wechat'));
    if (at === undefined || at > Date.parse(end)) return void clock.turnTo(end);
    if (at > clock.now()) clock.turnTo(at);
    if ((await made.state(on('wechat'))) === 'staged') await release(made);
    else await lookIfDue(app.publishDeps, on('wechat'), 0, never);
  }
}

/** The submit is cut off, before or after it had its effect; a quarter of an hour later it is out. */
async function releaseInDoubt(made: Bureau, kind: 'drop-before' | 'drop-after'): Promise<void> {
  made.sandbox.world.setFault({
    channel: 'wechat',
    route: 'freepublish/submit',
    kind,
    times: 1,
    after: 0,
    seconds: 0,
  });
  await release(made);
  expect(await made.state(on('wechat'))).toBe('doubtful');
  await goOn(made, '2026-07-20T10:15:00+08:00');
  expect(await made.state(on('wechat'))).toBe('verified');
}

test.each(['at-submit', 'at-completion'] as const)(
  'drafts that leave the box %s: published once, though the answer was lost',
  async (drafts) => {
    const made = await staged({ drafts });
    await releaseInDoubt(made, 'drop-after');
    expect(made.sandbox.world.items.map(({ key, times }) => ({ key, times }))).toEqual([
      { key: GDP, times: 1 },
    ]);
    const submits = made.sandbox.world.calls.filter(({ route }) => route.endsWith('submit'));
    expect(submits).toHaveLength(1);
  },
);

test.each(['at-submit', 'at-completion'] as const)(
  'drafts that leave the box %s: a call that never came there is made again, once it is certain',
  async (drafts) => {
    const made = await staged({ drafts });
    await releaseInDoubt(made, 'drop-before');
    expect(made.sandbox.world.items.map(({ times }) => times)).toEqual([1]);
    const at = made.sandbox.world.calls
      .filter(({ route }) => route.endsWith('submit'))
      .map((call) => Date.parse(call.at));
    expect(at).toHaveLength(2);
    // As long as a draft may lie there all the same: 10 s in the sandbox's settings.
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(10_000);
  },
);

/** Makes mass sends as another program of the account would: each its own draft. */
async function sendByHand({ app, clock, sandbox }: Bureau, times: number): Promise<unknown[]> {
  const base = `http://127.0.0.1:${sandbox.ports.wechat}/cgi-bin`;
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    await app.channels.get('wechat')?.preflight(never);
    const token = await app.redis.client.get(`${app.redis.prefix}:token:wechat`);
    const answer = await fetch(`${base}${path}access_token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const answers: unknown[] = [];
  for (let at = 0; at < times; at++) {
    const form = new FormData();
    form.append('media', new Blob([png], { type: 'image/png' }), 'a.png');
    await app.channels.get('wechat')?.preflight(never);
    const token = await app.redis.client.get(`${app.redis.prefix}:token:wechat`);
    const cover = (await (
      await fetch(`${base}/material/add_material?type=image&access_token=${token}`, {
        method: 'POST',
        body: form,
      })
    ).json()) as { media_id: string };
    clock.turnTo(clock.now() + 4000);
    const draft = await post('/draft/add?', {
      articles: [{ title: `手工 ${at}`, content: '文', thumb_media_id: cover.media_id }],
    });
    const sent = await post('/message/mass/sendall?', {
      filter: { is_to_all: true },
      mpnews: { media_id: draft.media_id },
      msgtype: 'mpnews',
    });
    answers.push(sent.errcode);
    clock.turnTo(clock.now() + 86_400_000);
  }
  return answers;
}

test("a subscription account sends once a day, by hand or by program: what is over is a person's", async () => {
  const made = await staged({ account: 'subscription' }, (yaml) =>
    MASS(yaml).replace('mode: mass', 'mode: mass, account: subscription'),
  );
  made.clock.turnTo('2026-07-20T09:00:00+08:00');
  expect(await sendByHand(made, 1)).toEqual([0]);
  // The clock has gone on by a day: back to the minute before T.
  made.clock.turnTo('2026-07-20T09:59:59+08:00');
  await release(made);
  const entry = await made.app.ledger.get(on('wechat'));
  // Its window of twelve hours ends before midnight: it is a person's.
  expect(entry).toMatchObject({ state: 'held', reason: { code: 'wechat-45028' } });
  expect(made.sandbox.world.items.filter(({ key }) => key === GDP)).toEqual([]);
});

test('the fifth send of a month is taken and never delivered: it is not told as public', async () => {
  const made = await staged({}, MASS);
  made.clock.turnTo('2026-07-10T09:00:00+08:00');
  expect(await sendByHand(made, 4)).toEqual([0, 0, 0, 0]);
  made.clock.turnTo('2026-07-20T09:59:59+08:00');
  await release(made);
  await goOn(made, '2026-07-20T16:00:00+08:00');
  expect(await made.state(on('wechat'))).toBe('releasing');
  expect(made.sandbox.world.items.filter(({ key }) => key === GDP)).toEqual([]);
});
