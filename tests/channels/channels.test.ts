import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { http } from '../../src/channels/http.ts';
import { classifyWebhook } from '../../src/channels/webhook.ts';
import { base62, weiboChannel } from '../../src/channels/weibo.ts';
import { instant } from '../../src/lib/instant.ts';
import { publicationId, type ReleaseId } from '../../src/plan/types.ts';
import { memoryTokens } from '../../src/watchdog/channel-tokens.ts';
import { never } from '../helpers/bureau.ts';

const now = Date.parse('2026-07-20T10:00:00+08:00');
const answer = (status: number, headers: Record<string, string> = {}) => ({
  ok: true as const,
  status,
  headers,
  text: '',
  date: undefined,
});

test('a call whose worker is no longer allowed to send when its turn comes writes not one byte', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const url = (path: string): string =>
    `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/${path}`;
  const call = (path: string, guard: () => boolean) =>
    http({ method: 'POST', url: url(path), body: 'x', guard }, never);
  expect(await call('first', () => true)).toMatchObject({ ok: true, status: 200 });
  expect(await call('second', () => false)).toEqual({ ok: false, sent: false, why: 'BANLI_STALE' });
  // Allowed when the call is made, and no more when the connection is there.
  const asked: boolean[] = [];
  const late = call('third', () => asked.push(true) > 99);
  expect(await late).toMatchObject({ ok: false, sent: false });
  expect(asked).toHaveLength(1);
  expect(await call('fourth', () => true)).toMatchObject({ ok: true });
  expect(seen).toEqual(['/first', '/fourth']);
  server.close();
});

test.each([
  [200, undefined],
  [201, undefined],
  [409, undefined],
  [400, 'refused'],
  [401, 'refused'],
  [404, 'refused'],
  [413, 'refused'],
  [422, 'refused'],
  [408, 'again'],
  [425, 'again'],
  [429, 'again'],
  [500, 'doubtful'],
  [502, 'doubtful'],
  [503, 'doubtful'],
])('a webhook receiver that answers %i is %s', (status, wanted) => {
  expect(classifyWebhook(answer(status), now)?.class).toBe(wanted);
});

test('503 with Retry-After is again, and waits so long', () => {
  expect(classifyWebhook(answer(503, { 'retry-after': '7' }), now)).toMatchObject({
    class: 'again',
    afterMs: 7000,
  });
});

test("a Weibo post's address", () => {
  expect(base62('3501756485200075')).toBe('z0JH2lOMb');
});

test('a refused connection sent nothing; an unanswered one may have', async () => {
  expect(await http({ method: 'GET', url: 'http://127.0.0.1:1/' }, never)).toMatchObject({
    ok: false,
    sent: false,
  });
});

test.each([
  ['ours is among the five', [50, 40, 30, 20, 1], true, 'public'],
  [
    'fewer than five since T, the rest from the minute before',
    [12, 8, 4, 1, -20],
    false,
    'not-public',
  ],
  ['all five since T: ours may have been pushed out', [12, 8, 4, 2, 1], false, 'unknown'],
  ['all five since T by a clock that is 3 s behind ours', [9, 5, 1, -1, -2], false, 'unknown'],
  ['two posts in all', [8, -3600], false, 'not-public'],
])('what Weibo shows of its latest five posts, %s', async (_, seconds, ours, wanted) => {
  const due = instant(now);
  const statuses = seconds.map((second, index) => ({
    idstr: String(index),
    text: ours && index === 4 ? '成都：2026年6月居民消费价格指数 http://t.cn/1' : `另一条 ${index}`,
    created_at: new Date(due + second * 1000).toUTCString(),
  }));
  const server = createServer((request, response) => {
    response.end(
      JSON.stringify(
        request.url?.includes('user_timeline') ? { statuses } : { uid: 7, expire_in: 999 },
      ),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const clock = { now: () => instant(due + 20_000), sleepUntil: () => Promise.resolve() };
  const channel = weiboChannel(
    'weibo',
    { accessToken: 'x', baseUrl, safeDomain: 'a.example' },
    memoryTokens()('weibo'),
    clock,
  );
  const call = {
    publication: publicationId('cpi.2026-06' as ReleaseId, 'weibo'),
    release: 'cpi.2026-06' as ReleaseId,
    due,
    since: due,
    receipt: undefined,
    looks: 2,
  };
  const text = '成都：2026年6月居民消费价格指数 https://a.example/releases/cpi.2026-06/';
  expect(await channel.lookup({ ...call, staged: { text } }, never)).toMatchObject({
    class: wanted,
  });
  server.close();
});
