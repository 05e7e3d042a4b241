// Content for programs: files, versions, previews. Not for keeping it: content.ts above.
import { z } from '@hono/zod-openapi';
import { BUNDLE_LIMITS } from '../../content/bundle.ts';
import { filesOf, restoreVersion, saveContent, uploaded } from '../content.ts';
import { releaseWith } from '../deeds.ts';
import { noteLook } from '../looks.ts';
import { bodyOf } from '../session.ts';
import type { Desk, DeskContext } from '../desk.ts';
import { previews } from '../preview.ts';
import { json, problem, releaseId } from './frame.ts';
import type { Frame } from './frame.ts';

const contentState = z.object({ state: z.string(), digest: z.string().optional(), files: z.array(z.string()), flaws: z.array(z.string()) });
/** What a form has around its files, bytes. */
const AROUND_BYTES = 2_000_000;

export function contentApi({ desk, app, route }: Frame): void {
  const { house } = desk;
  app.openapi(
    route('texts', {
      method: 'get',
      path: '/releases/{id}/content',
      summary: 'The files of a release, and what is wrong with them',
      request: { params: releaseId },
      responses: { 200: json(contentState, 'content') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      await noteLook(desk, who, release);
      return context.json(stateOf(await house.parts.load(release), [...(await filesOf(desk, release)).keys()], context), 200);
    },
  );
  app.openapi(
    route(
      'content',
      {
        method: 'put',
        path: '/releases/{id}/content',
        summary: 'Puts a bundle (its files, or a zip of them) in the place of what is there',
        request: {
          params: releaseId,
          body: { content: { 'multipart/form-data': { schema: z.object({ files: z.any().openapi({ type: 'string', format: 'binary' }) }) } } },
        },
        responses: { 200: json(contentState, 'content'), 413: json(problem, 'too large'), 422: json(problem, 'wrong') },
      },
      BUNDLE_LIMITS.bytes + AROUND_BYTES,
    ),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      const sent = (await bodyOf(context)).files;
      const files = await uploaded(
        [sent].flat().filter((one) => one instanceof File),
        words,
      );
      return context.json(stateOf(await saveContent(desk, who, release, files, words), [...files.keys()], context), 200);
    },
  );
  app.openapi(
    route('content', {
      method: 'post',
      path: '/releases/{id}/content/restore',
      summary: 'Brings a version back, as new content',
      request: { params: releaseId, body: { content: { 'application/json': { schema: z.object({ version: z.string() }) } } } },
      responses: { 200: json(contentState, 'content'), 404: json(problem, 'unknown') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      const after = await restoreVersion(desk, who, release, context.req.valid('json').version, words);
      return context.json(stateOf(after, [...(await filesOf(desk, release)).keys()], context), 200);
    },
  );
  const channelPreview = z.object({
    channel: z.string(),
    kind: z.string(),
    refused: z.array(z.string()),
    weibo: z.object({ text: z.string(), length: z.number() }).optional(),
  });
  app.openapi(
    route('texts', {
      method: 'get',
      path: '/releases/{id}/preview',
      summary: 'What each channel would show or refuse; pages at /desk/preview/releases/{id}/ and …/wechat',
      request: { params: releaseId },
      responses: { 200: json(z.object({ channels: z.array(channelPreview) }), 'channels') },
    }),
    async (context) => {
      const { release } = await releaseWith(desk, context.req.valid('param').id, context.var.words);
      await noteLook(desk, context.var.who, release);
      const shownBy = await previews(desk).channels(release, context.var.words);
      return context.json({ channels: shownBy.map(({ channel, kind, refused, weibo }) => ({ channel, kind, refused: [...refused], weibo })) }, 200);
    },
  );
}

function stateOf(loaded: Awaited<ReturnType<Desk['house']['parts']['load']>>, files: string[], context: DeskContext): z.output<typeof contentState> {
  const flaws = loaded.state === 'flawed' ? loaded.flaws.map(({ line, code, detail }) => `${line} ${context.var.words.flaw(code, detail)}`) : [];
  return { state: loaded.state, ...(loaded.state === 'ready' ? { digest: loaded.bundle.digest } : {}), files, flaws };
}
