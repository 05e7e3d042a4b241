// A stand-in for Weibo: length in its real units, a link under the safe domain, `rip` and pictures as
// it asks for them, repeats refused for 20 minutes, only five posts in the timeline, links
// rewritten. Written to Weibo's own documentation.
import { randomBytes, randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { DateTime } from 'luxon';
import { linksTo } from '../lib/links.ts';
import { fakeServer } from './fake-server.ts';
import { releaseInUrl, type SandboxState } from './state.ts';

export interface WeiboRules {
  readonly accessToken: string;
  readonly safeDomain: string;
  /** The app by which its owner may authorise others than that token. */
  readonly app: { readonly key: string; readonly secret: string };
  /** Posts an hour. */
  readonly hourly: number;
  /** Calls a day, by Beijing time. */
  readonly daily: number;
}

const UID = '2656274875';
/** An app that was reviewed: 30 days. */
const GOOD_S = 30 * 86_400;
const REPEAT_MS = 20 * 60_000;
/** An ordinary app sees so many posts, however many it asks for. */
const SHOWN = 5;
const PICTURE_BYTES = 5_000_000;
/** How files of the kinds that are taken begin, in hexadecimal. */
const PICTURES = ['ffd8ff', '89504e470d0a1a0a', '474946383761', '474946383961'];
interface Post {
  /** Whose timeline it is in. */
  readonly account: string;
  readonly idstr: string;
  readonly text: string;
  readonly original: string;
  readonly at: number;
  readonly key: string;
}

export function weiboStandIn(world: SandboxState, rules: WeiboRules): Hono {
  const app = fakeServer(world, 'weibo', (context) =>
    context.json({ error: 'system error', error_code: 10001, request: context.req.path }, 403),
  );
  const posts: Post[] = [];
  let today = { day: '', calls: 0 };
  /** Whose each token is. */
  const tokens = new Map([[rules.accessToken, UID]]);
  /** Codes that were given out and not exchanged yet, with the address that each was given to. */
  const codes = new Map<string, { readonly to: string; readonly account: string }>();
  // Pages of the owner's and exchanges count as no call of the app's.
  app.get('/oauth2/authorize', (context) => {
    const {
      client_id: key = '',
      redirect_uri: to = '',
      state = '',
      answer,
      account = UID,
    } = context.req.query();
    if (key !== rules.app.key || !URL.canParse(to))
      return context.html('<h1>21322 redirect_uri_mismatch</h1>', 400);
    const back = new URL(to);
    back.searchParams.set('state', state);
    if (answer === 'no') back.searchParams.set('error', 'access_denied');
    if (answer === 'yes') {
      const code = randomBytes(16).toString('hex');
      codes.set(code, { to, account });
      back.searchParams.set('code', code);
    }
    if (answer !== undefined) return context.redirect(back.href, 302);
    const link = (value: string): string =>
      `/oauth2/authorize?${new URLSearchParams({ client_id: key, redirect_uri: to, state, answer: value }).toString()}`;
    return context.html(
      html`<!doctype html><html lang="zh-CN"><title>微博授权（沙箱）</title><h1>微博授权（沙箱）</h1><p><a href="${link('yes')}">授权</a> <a href="${link('no')}">取消</a></p></html>`,
    );
  });
  app.post('/oauth2/access_token', async (context) => {
    const body = await context.req.parseBody();
    if (body.client_id !== rules.app.key || body.client_secret !== rules.app.secret)
      return fail(context, 21324, 'invalid_client');
    const code = String(body.code ?? '');
    const given = codes.get(code);
    if (!given || given.to !== body.redirect_uri) return fail(context, 21325, 'invalid_grant');
    codes.delete(code);
    const token = `2.00${randomBytes(12).toString('hex')}`;
    tokens.set(token, given.account);
    return context.json({
      access_token: token,
      remind_in: String(GOOD_S),
      expires_in: GOOD_S,
      uid: given.account,
    });
  });
  app.use(async (context, next) => {
    const day = DateTime.fromMillis(world.now(), { zone: 'Asia/Shanghai' }).toISODate() ?? '';
    today = { day, calls: today.day === day ? today.calls + 1 : 1 };
    if (today.calls > rules.daily) return fail(context, 10023, 'User requests out of rate limit');
    await next();
    return undefined;
  });
  // A string, as in the documentation's example.
  const fail = (context: Context, code: number, error: string): Response =>
    context.json(
      { error, error_code: String(code), request: context.req.path },
      code < 20_000 ? 403 : 400,
    );
  const shown = (post: Post): object => ({
    id: Number(post.idstr),
    idstr: post.idstr,
    mid: post.idstr,
    text: post.text,
    user: { idstr: post.account },
    created_at: DateTime.fromMillis(post.at, { zone: 'Asia/Shanghai' }).toFormat(
      'EEE MMM dd HH:mm:ss ZZZ yyyy',
      { locale: 'en-US' },
    ),
  });
  const tokenOf = async (context: Context): Promise<string | undefined> =>
    context.req.query('access_token') ?? String((await context.req.parseBody()).access_token ?? '');

  app.post('/2/statuses/share.json', async (context) => {
    const body = await context.req.parseBody();
    const text = String(body.status ?? '');
    if (world.fault('weibo', context.req.path, ['token-expired']))
      return fail(context, 21327, 'expired_token');
    if (!tokens.has(String(body.access_token))) return fail(context, 21332, 'invalid_access_token');
    const now = world.now();
    if (
      world.fault('weibo', context.req.path, ['quota']) ||
      posts.filter((post) => now - post.at < 3_600_000).length >= rules.hourly
    )
      return fail(context, 10023, 'User requests out of rate limit');
    const wrong = (await pictureFault(body.pic)) ?? requestFault(text, body.rip, rules);
    if (wrong) return fail(context, ...wrong);
    const links = linksIn(text);
    if (world.fault('weibo', context.req.path, ['audit-refused']))
      return fail(context, 20021, 'content is illegal');
    if (posts.some((post) => post.original === text && now - post.at < REPEAT_MS))
      return fail(context, 20019, 'repeat content');
    const key = releaseInUrl(links[0] ?? '') ?? text;
    const post = {
      account: tokens.get(String(body.access_token)) ?? UID,
      idstr: String(randomInt(1e9, 9e9)) + String(randomInt(1e5, 9e5)),
      original: text,
      text: links.reduce(
        (left, link) => left.replace(link, `http://t.cn/A6${randomInt(1e4, 9e4)}`),
        text,
      ),
      at: now,
      key,
    };
    posts.unshift(post);
    const shownPicture = body.pic === undefined ? '' : '<p>〔图片〕</p>';
    world.publish('weibo', key, text, shownPicture, `https://weibo.example/${UID}/${post.idstr}`);
    return context.json(shown(post));
  });
  app.post('/oauth2/get_token_info', async (context) => {
    if (!tokens.has((await tokenOf(context)) ?? ''))
      return fail(context, 21332, 'invalid_access_token');
    return context.json({
      uid: Number(tokens.get((await tokenOf(context)) ?? '')),
      appkey: '1234',
      scope: null,
      create_at: Math.floor(world.now() / 1000) - 86_400,
      expire_in: GOOD_S,
    });
  });
  app.get('/2/statuses/user_timeline.json', async (context) => {
    if (!tokens.has((await tokenOf(context)) ?? ''))
      return fail(context, 21332, 'invalid_access_token');
    const own = posts.filter(({ account }) => account === context.req.query('uid'));
    const count = Math.min(SHOWN, Number(context.req.query('count') ?? SHOWN) || SHOWN);
    return context.json({ statuses: own.slice(0, count).map(shown), total_number: own.length });
  });
  app.post('/2/statuses/destroy.json', async (context) => {
    const body = await context.req.parseBody();
    const index = posts.findIndex((post) => post.idstr === body.id);
    const [post] = index < 0 ? [] : posts.splice(index, 1);
    if (!post) return fail(context, 20101, 'target weibo does not exist');
    world.withdraw('weibo', post.key);
    return context.json(shown(post));
  });
  return app;
}

const linksIn = (text: string): readonly string[] => text.match(/https?:\/\/[\x21-\x7e]+/g) ?? [];

/** What is wrong with a post and the address that it says to come from. */
function requestFault(
  text: string,
  rip: unknown,
  { safeDomain }: WeiboRules,
): [code: number, error: string] | undefined {
  if (typeof rip !== 'string' || isIP(rip) === 0) return [10016, 'miss required parameter (rip)'];
  if (!linksTo(text, safeDomain))
    return [10017, 'param text must contain a url of the safe domain'];
  if (/[#＃][^#＃]+[#＃]/.test(text)) return [10017, 'param text must have no topic'];
  return lengthOf(text, linksIn(text)) > 140 ? [20012, 'text too long'] : undefined;
}

/** What is wrong with a picture that came with a post; looked at by its content, not its name. */
async function pictureFault(pic: unknown): Promise<[code: number, error: string] | undefined> {
  if (pic === undefined) return undefined;
  if (!(pic instanceof File)) return [20007, 'pic must be uploaded as multipart'];
  const bytes = Buffer.from(await pic.arrayBuffer());
  if (bytes.length >= PICTURE_BYTES) return [20006, 'image size too large'];
  const start = bytes.subarray(0, 8).toString('hex');
  return PICTURES.some((one) => start.startsWith(one))
    ? undefined
    : [20005, 'unsupported image type'];
}

/** Chinese characters 1, ASCII ½, a link as its short form. */
function lengthOf(text: string, links: readonly string[]): number {
  const rest = links.reduce((left, link) => left.replace(link, ''), text);
  return (
    Math.ceil([...rest].reduce((sum, char) => sum + (char.charCodeAt(0) < 128 ? 0.5 : 1), 0)) +
    links.length * 10
  );
}
