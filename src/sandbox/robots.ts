// Stand-ins for what reaches people beside mail: a WeCom and a DingTalk group robot, a receiver of
// signed webhooks, and a dead man's switch. Not for channels. Written to what
// alerts/transports/wecom.ts and alerts/transports/dingtalk.ts name as their sources.
import { createHmac } from 'node:crypto';
import { Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { SandboxState } from './state.ts';

export interface RobotKeys {
  readonly wecom: string;
  readonly dingtalk: string;
  readonly dingtalkSecret: string;
  readonly webhook: string;
}

const MARKDOWN_BYTES = 4096;
const PER_MINUTE = 20;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const wecom = z.object({
  msgtype: z.literal('markdown'),
  markdown: z.object({ content: z.string() }),
});
const dingtalk = z.object({
  msgtype: z.literal('markdown'),
  markdown: z.object({ title: z.string(), text: z.string() }),
});

export function robotStandIns(world: SandboxState, keys: RobotKeys): Hono {
  const app = new Hono();
  const tooOften = (to: string): boolean =>
    world.messages.filter((one) => one.to === to && world.now() - Date.parse(one.at) < MINUTE_MS)
      .length >= PER_MINUTE;
  const take = (to: string, text: string): void =>
    void world.messages.push({ to, text, at: new Date(world.now()).toISOString() });

  app.use(async (context, next) => {
    const fault = world.fault('robots', context.req.path, ['5xx', '429']);
    if (fault) return context.text('bad gateway', fault.kind === '429' ? 429 : 502);
    await next();
    return undefined;
  });
  app.post('/cgi-bin/webhook/send', async (context) => {
    if (context.req.query('key') !== keys.wecom)
      return context.json({ errcode: 93000, errmsg: 'invalid webhook url' });
    const read = wecom.safeParse(await context.req.json());
    if (!read.success) return context.json({ errcode: 40008, errmsg: 'invalid message type' });
    const { content } = read.data.markdown;
    if (Buffer.byteLength(content) > MARKDOWN_BYTES)
      return context.json({ errcode: 40058, errmsg: 'markdown.content exceed max length 4096' });
    if (tooOften('wecom')) return context.json({ errcode: 45009, errmsg: 'api freq out of limit' });
    take('wecom', content);
    return context.json({ errcode: 0, errmsg: 'ok' });
  });
  app.post('/robot/send', async (context) => {
    const { access_token: token, timestamp = '', sign } = context.req.query();
    if (token !== keys.dingtalk)
      return context.json({ errcode: 300005, errmsg: 'token is not exist' });
    const wanted = createHmac('sha256', keys.dingtalkSecret)
      .update(`${timestamp}\n${keys.dingtalkSecret}`)
      .digest('base64');
    if (sign !== wanted || Math.abs(world.now() - Number(timestamp)) > HOUR_MS)
      return context.json({ errcode: 310000, errmsg: 'sign not match' });
    const read = dingtalk.safeParse(await context.req.json());
    if (!read.success) return context.json({ errcode: 400105, errmsg: 'unsupported msgtype' });
    if (tooOften('dingtalk')) return context.json({ errcode: 130101, errmsg: 'send too fast' });
    take('dingtalk', `${read.data.markdown.title}\n${read.data.markdown.text}`);
    return context.json({ errcode: 0, errmsg: 'ok' });
  });
  app.post('/hook', async (context) => {
    const text = await context.req.text();
    const header = (name: string): string => context.req.header(name) ?? '';
    const at = new Date(Number(header('webhook-timestamp')) * 1000);
    if (
      !header('webhook-signature')
        .split(' ')
        .includes(new Webhook(keys.webhook).sign(header('webhook-id'), at, text))
    )
      return context.text('bad signature', 401);
    take('webhook', text);
    return context.body(null, 204);
  });
  app.get('/ping/:id/:how?', (context) => {
    take('ping', context.req.param('how') ?? 'ok');
    return context.text('OK');
  });
  return app;
}
