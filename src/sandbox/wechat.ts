// A stand-in for a WeChat Official Account: tokens, materials, drafts that publishing consumes,
// quotas by Beijing time. Written to WeChat's own documentation. Not for Banli's own side:
// channels/wechat/.
import { randomBytes, randomInt } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { imageSize } from 'image-size';
import { z } from 'zod';
import { fakeServer } from './fake-server.ts';
import { releaseInUrl, type SandboxState } from './state.ts';
import { type Article, article, checkArticles, errors, stripped } from './wechat-articles.ts';
import { DailyCalls } from './wechat-limits.ts';
import { MassSends, type SendRules } from './wechat-sends.ts';

export interface WechatRules extends SendRules {
  readonly appId: string;
  readonly secret: string;
  /** When a draft leaves the box: no documentation says. */
  readonly drafts?: 'at-submit' | 'at-completion' | undefined;
}

interface Job {
  readonly articles: Article[];
  readonly doneAt: number;
  readonly status: number;
  readonly articleId: string;
  /** The draft that it is of. */
  readonly draft: string;
  /** Taken, and never delivered. */
  readonly isLost: boolean;
  /** The mass send that it is. */
  readonly msgId?: string | undefined;
  isOver: boolean;
  isDeleted: boolean;
}

const media = z.object({ media_id: z.string() });

const TOKEN_S = 7200;
export function wechatStandIn(world: SandboxState, rules: WechatRules): Hono {
  const app = fakeServer(world, 'wechat', (context) => context.json(errors(-1, 'system error')));
  const id = (): string => randomBytes(16).toString('base64url');
  const thumbs = new Map<string, number>();
  const drafts = new Map<string, Article[]>();
  const jobs = new Map<string, Job>();
  const sends = new MassSends(rules, ({ job }) => (jobs.get(job)?.status ?? 0) !== 0);
  const daily = new DailyCalls(() => world.now());
  const isOver = (path: string): boolean => !rules.generous && daily.isOver(path);
  let token = { value: '', until: 0 };
  let refreshes: number[] = [];

  /**
   * Checks the token, lets the faults that concern any call strike, and reads the body as WeChat
   * does: bytes as they are.
   */
  const guarded = async (
    context: Context,
    run: (body: unknown, raw: string) => object | Promise<object>,
  ): Promise<Response> => {
    const given = context.req.query('access_token');
    if (world.fault('wechat', context.req.path, ['token-expired'])) token = { value: '', until: 0 };
    if (!given) return context.json(errors(41001, 'access_token missing'));
    if (given !== token.value)
      return context.json(
        errors(40001, 'invalid credential, access_token is invalid or not latest'),
      );
    if (world.now() > token.until) return context.json(errors(42001, 'access_token expired'));
    if (isOver(context.req.path) || world.fault('wechat', context.req.path, ['quota']))
      return context.json(errors(45009, 'reach max api daily quota limit'));
    const raw = context.req.header('content-type')?.includes('json')
      ? await context.req.text()
      : '';
    let body: unknown;
    try {
      body = raw === '' ? {} : JSON.parse(raw);
    } catch {
      return context.json(errors(47001, 'data format error'));
    }
    // By the clock of this call, and not by that of the last time it was looked: a clock that is
    // turned may be minutes on.
    settle();
    return context.json(await run(body, raw));
  };

  app.post('/cgi-bin/stable_token', async (context) => {
    const body = z
      .object({
        grant_type: z.literal('client_credential'),
        appid: z.string(),
        secret: z.string(),
        force_refresh: z.boolean().default(false),
      })
      .safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return context.json(errors(40002, 'invalid grant_type'));
    if (body.data.appid !== rules.appId) return context.json(errors(40013, 'invalid appid'));
    if (body.data.secret !== rules.secret) return context.json(errors(40125, 'invalid appsecret'));
    const now = world.now();
    if (body.data.force_refresh) {
      refreshes = refreshes.filter((at) => now - at < 86_400_000);
      if (refreshes.length >= 20 || now - (refreshes.at(-1) ?? 0) < 30_000)
        return context.json(errors(45011, 'api minute-quota reach limit'));
      refreshes.push(now);
      token = { value: '', until: 0 };
    }
    if (now > token.until - 300_000)
      token = { value: `token-${id()}`, until: now + TOKEN_S * 1000 };
    return context.json({
      access_token: token.value,
      expires_in: Math.floor((token.until - now) / 1000),
    });
  });

  const picture = async (
    context: Context,
    limit: number,
    types: readonly string[],
  ): Promise<object | undefined> => {
    const form: Record<string, unknown> = await context.req.parseBody().catch(() => ({}));
    const file = form.media;
    if (!(file instanceof File)) return errors(41005, 'media data missing');
    const bytes = new Uint8Array(await file.arrayBuffer());
    let type: string | undefined;
    try {
      type = imageSize(bytes).type;
    } catch {
      type = undefined;
    }
    if (type === undefined || !types.includes(type)) return errors(40005, 'invalid file type');
    return bytes.length > limit ? errors(40009, 'invalid image size') : undefined;
  };
  app.post('/cgi-bin/media/uploadimg', (context) =>
    guarded(
      context,
      async () =>
        (await picture(context, 1_000_000, ['jpg', 'png'])) ?? {
          url: `http://mmbiz.qpic.example/${id()}`,
        },
    ),
  );
  app.post('/cgi-bin/material/add_material', (context) =>
    guarded(context, async () => {
      const wrong = await picture(context, 10_000_000, ['bmp', 'png', 'jpg', 'gif']);
      if (wrong) return wrong;
      const mediaId = id();
      thumbs.set(mediaId, world.now());
      return { media_id: mediaId, url: `http://mmbiz.qpic.example/${mediaId}` };
    }),
  );

  app.post('/cgi-bin/material/del_material', (context) =>
    guarded(context, (body) =>
      thumbs.delete(media.safeParse(body).data?.media_id ?? '')
        ? errors(0, 'ok')
        : errors(40007, 'invalid media_id'),
    ),
  );
  app.post('/cgi-bin/draft/add', (context) =>
    guarded(context, (body, raw) => {
      const checked = checkArticles(body, raw, thumbs, world.now());
      if (!('articles' in checked)) return checked;
      const mediaId = id();
      drafts.set(
        mediaId,
        checked.articles.map((one) => ({ ...one, content: stripped(one.content) })),
      );
      return { media_id: mediaId };
    }),
  );
  app.post('/cgi-bin/draft/update', (context) =>
    guarded(context, (body) => {
      const read = z
        .object({ media_id: z.string(), index: z.number(), articles: article })
        .safeParse(body);
      const draft = read.success ? drafts.get(read.data.media_id) : undefined;
      if (!read.success || !draft) return errors(40007, 'invalid media_id');
      draft[read.data.index] = read.data.articles;
      return errors(0, 'ok');
    }),
  );
  app.post('/cgi-bin/draft/get', (context) =>
    guarded(context, (body) => {
      const found = drafts.get(media.safeParse(body).data?.media_id ?? '');
      return found ? { news_item: found } : errors(40007, 'invalid media_id');
    }),
  );
  app.post('/cgi-bin/draft/delete', (context) =>
    guarded(context, (body) =>
      drafts.delete(media.safeParse(body).data?.media_id ?? '')
        ? errors(0, 'ok')
        : errors(40007, 'invalid media_id'),
    ),
  );
  app.get('/cgi-bin/draft/count', (context) =>
    guarded(context, () => ({ total_count: drafts.size })),
  );

  /** Publishing takes its time; what it came to is decided when it begins. */
  const begin = (
    mediaId: string,
    route: string,
    send: Partial<Pick<Job, 'isLost' | 'msgId'>> = {},
  ): string | undefined => {
    const draft = drafts.get(mediaId);
    if (!draft) return undefined;
    if (rules.drafts !== 'at-completion') drafts.delete(mediaId);
    const key = releaseInUrl(draft[0]?.content_source_url ?? '');
    const status = world.fault('wechat', route, ['audit-refused'], key) ? 4 : 0;
    const job = String(randomInt(1e9, 9e9));
    jobs.set(job, {
      articles: draft,
      doneAt: world.now() + randomInt(200, 5000),
      status,
      articleId: id(),
      draft: mediaId,
      isLost: false,
      ...send,
      isOver: false,
      isDeleted: false,
    });
    return job;
  };
  const show = (job: Job): void => {
    drafts.delete(job.draft);
    for (const one of job.articles)
      world.publish(
        'wechat',
        releaseInUrl(one.content_source_url) ?? one.title,
        one.title,
        one.content,
        `https://mp.weixin.example/s/${job.articleId}`,
      );
  };
  /** Shows what has become public by now. */
  const settle = (): void => {
    for (const job of jobs.values()) {
      if (job.isOver || job.isLost || world.now() < job.doneAt) continue;
      job.isOver = true;
      if (job.status === 0) show(job);
      // What failed leaves a copy in the box.
      else if (!drafts.has(job.draft)) drafts.set(id(), job.articles);
    }
  };
  setInterval(settle, 20).unref();

  app.post('/cgi-bin/freepublish/submit', (context) =>
    guarded(context, (body) => {
      const job = begin(media.safeParse(body).data?.media_id ?? '', 'freepublish/submit');
      return job
        ? { errcode: 0, errmsg: 'ok', publish_id: job, msg_data_id: job }
        : errors(40007, 'invalid media_id');
    }),
  );
  app.post('/cgi-bin/freepublish/get', (context) =>
    guarded(context, (body) => {
      const publishId = z.object({ publish_id: z.union([z.string(), z.number()]) }).safeParse(body)
        .data?.publish_id;
      const job = jobs.get(String(publishId));
      if (!job) return errors(53600, 'article id invalid');
      if (world.now() < job.doneAt) return { publish_id: publishId, publish_status: 1 };
      if (job.isDeleted) return { publish_id: publishId, publish_status: 5 };
      if (job.status !== 0)
        return { publish_id: publishId, publish_status: job.status, fail_idx: [1] };
      return {
        publish_id: publishId,
        publish_status: 0,
        article_id: job.articleId,
        article_detail: {
          count: job.articles.length,
          item: job.articles.map((_, index) => ({
            idx: index + 1,
            article_url: `https://mp.weixin.example/s/${job.articleId}`,
          })),
        },
      };
    }),
  );
  app.post('/cgi-bin/freepublish/batchget', (context) =>
    guarded(context, () => {
      const done = [...jobs.values()]
        .filter((job) => job.isOver && job.status === 0 && job.msgId === undefined)
        .reverse()
        .slice(0, 20);
      return {
        total_count: done.length,
        item_count: done.length,
        item: done.map((job) => ({
          article_id: job.articleId,
          update_time: Math.floor(job.doneAt / 1000),
          content: {
            news_item: job.articles.map((one) => ({
              title: one.title,
              content_source_url: one.content_source_url,
              url: `https://mp.weixin.example/s/${job.articleId}`,
              is_deleted: job.isDeleted,
            })),
          },
        })),
      };
    }),
  );
  app.post('/cgi-bin/freepublish/delete', (context) =>
    guarded(context, (body) => {
      const articleId = z.object({ article_id: z.string() }).safeParse(body).data?.article_id;
      const job = [...jobs.values()].find((one) => one.articleId === articleId);
      takeDown(job);
      return job ? errors(0, 'ok') : errors(53600, 'article id invalid');
    }),
  );

  const takeDown = (job: Job | undefined): void => {
    if (!job) return;
    job.isDeleted = true;
    for (const one of job.articles)
      world.withdraw('wechat', releaseInUrl(one.content_source_url) ?? one.title);
  };

  app.post('/cgi-bin/message/mass/sendall', (context) =>
    guarded(context, (body) => {
      const read = z
        .object({
          mpnews: media,
          msgtype: z.literal('mpnews'),
          clientmsgid: z.string().max(32).optional(),
        })
        .safeParse(body);
      if (!read.success) return errors(40008, 'invalid message type');
      const now = world.now();
      const { clientmsgid, mpnews } = read.data;
      const before = sends.before(clientmsgid, now);
      if (before?.isUnderWay) return errors(45066, 'clientmsgid retry too fast');
      if (before) return { ...errors(45065, 'clientmsgid exist'), msg_id: Number(before.send.id) };
      const next = sends.next(now);
      if (next === 'used-up') return errors(45028, 'has no masssend quota');
      const msgId = String(randomInt(1e9, 9e9));
      const isLost = next === 'undelivered';
      const job = begin(mpnews.media_id, 'mass/sendall', { msgId, isLost });
      if (!job) return errors(40007, 'invalid media_id');
      sends.add({ id: msgId, clientId: clientmsgid ?? '', at: now, job });
      return {
        ...errors(0, 'send job submission success'),
        msg_id: Number(msgId),
        msg_data_id: Number(msgId),
      };
    }),
  );
  const msgId = z.object({ msg_id: z.union([z.string(), z.number()]).transform(String) });
  const sent = (body: unknown): Job | undefined =>
    jobs.get(sends.byId(msgId.safeParse(body).data?.msg_id ?? '')?.job ?? '');
  app.post('/cgi-bin/message/mass/get', (context) =>
    guarded(context, (body) => {
      const job = sent(body);
      if (!job) return errors(40059, 'invalid msg id');
      const ended = job.status === 0 ? 'SEND_SUCCESS' : 'SEND_FAIL';
      const isUnderWay = job.isLost || world.now() < job.doneAt;
      return {
        msg_id: Number(job.msgId),
        msg_status: isUnderWay ? 'SENDING' : job.isDeleted ? 'DELETE' : ended,
      };
    }),
  );
  app.post('/cgi-bin/message/mass/delete', (context) =>
    guarded(context, (body) => {
      if (!z.object({ msg_id: z.number() }).safeParse(body).success)
        return errors(47001, 'data format error');
      const job = sent(body);
      takeDown(job);
      return job ? errors(0, 'ok') : errors(40059, 'invalid msg id');
    }),
  );
  return app;
}
