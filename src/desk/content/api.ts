// Content for programs: files, versions, previews. Not for keeping it: edit.ts.
import { z } from '@hono/zod-openapi';
import { BUNDLE_LIMITS } from '../../content/bundle-limits.ts';
import { releaseWith } from '../../operations/release-with.ts';
import { bodyOf } from '../auth/session.ts';
import { noteLook } from '../journal/embargo-looks.ts';
import { type ApiRouting, jsonBody, problem, releaseIdParam } from '../shell/api-route.ts';
import { oneAtATime } from '../shell/big-bodies.ts';
import type { Desk, DeskContext } from '../shell/desk.ts';
import {
  contentBase,
  contentFiles,
  type Files,
  isArchive,
  restoreVersion,
  saveContent,
  uploaded,
} from './edit.ts';
import { previews } from './preview.ts';

const contentState = z.object({
  state: z.string(),
  digest: z.string().optional(),
  base: z.string().openapi({
    description:
      'Names what is there now; sent with a change, it is refused where somebody else was there meanwhile',
  }),
  files: z.array(z.string()),
  flaws: z.array(z.string()),
});
const saving = z.object({
  base: z.string().optional().openapi({
    description:
      'The `base` of the content that the change was made to; without it, whatever is there is replaced',
  }),
  sure: z.boolean().optional().openapi({
    description:
      'Save although approvals become void by it, nearer to the due instant than the lead',
  }),
});
/** What a form has around its files, bytes. */
const AROUND_BYTES = 2_000_000;

export function contentApi({ desk, router, route }: ApiRouting): void {
  const { app } = desk;
  router.openapi(
    route('texts', {
      method: 'get',
      path: '/releases/{id}/content',
      summary: 'The files of a release, and what is wrong with them',
      request: { params: releaseIdParam },
      responses: { 200: jsonBody(contentState, 'content') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk.app, context.req.valid('param').id, words);
      await noteLook(desk, who, release);
      return context.json(
        await stateOf(
          await app.publishDeps.load(release),
          await contentFiles(desk, release),
          context,
        ),
        200,
      );
    },
  );
  router.openapi(
    route(
      'content',
      {
        method: 'put',
        path: '/releases/{id}/content',
        summary: 'Puts a bundle (its files, or a zip of them) in the place of what is there',
        request: {
          params: releaseIdParam,
          body: {
            content: {
              'multipart/form-data': {
                schema: saving.extend({
                  files: z.any().openapi({ type: 'string', format: 'binary' }),
                  sure: z.enum(['true', 'false']).optional(),
                }),
              },
            },
          },
        },
        responses: {
          200: jsonBody(contentState, 'content'),
          409: jsonBody(problem, 'changed-meanwhile, publishes-now or approvals-void'),
          413: jsonBody(problem, 'too large'),
          422: jsonBody(problem, 'wrong'),
        },
      },
      BUNDLE_LIMITS.bytes + AROUND_BYTES,
    ),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk.app, context.req.valid('param').id, words);
      const body = await bodyOf(context);
      const sent = body.files;
      const all = [sent].flat().filter((one) => one instanceof File);
      const take = (): Promise<Map<string, Buffer>> => uploaded(all, words);
      const files = await (all.some(isArchive) ? oneAtATime(context, take) : take());
      return context.json(
        await stateOf(
          await saveContent(desk, who, release, files, words, {
            ...given('base', body),
            sure: body.sure === 'true',
          }),
          files,
          context,
        ),
        200,
      );
    },
  );
  router.openapi(
    route('content', {
      method: 'post',
      path: '/releases/{id}/content/restore',
      summary: 'Brings a version back, as new content',
      request: {
        params: releaseIdParam,
        body: {
          content: { 'application/json': { schema: saving.extend({ version: z.string() }) } },
        },
      },
      responses: {
        200: jsonBody(contentState, 'content'),
        409: jsonBody(problem, 'changed-meanwhile, publishes-now or approvals-void'),
        404: jsonBody(problem, 'unknown'),
      },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk.app, context.req.valid('param').id, words);
      const { version, ...rest } = context.req.valid('json');
      const after = await restoreVersion(desk, who, release, version, words, rest);
      return context.json(await stateOf(after, await contentFiles(desk, release), context), 200);
    },
  );
  const channelPreview = z.object({
    channel: z.string(),
    kind: z.string(),
    refused: z.array(z.string()),
    weibo: z.object({ text: z.string(), length: z.number() }).optional(),
  });
  router.openapi(
    route('texts', {
      method: 'get',
      path: '/releases/{id}/preview',
      summary:
        'What each channel would show or refuse; pages at /desk/preview/releases/{id}/ and …/wechat',
      request: { params: releaseIdParam },
      responses: { 200: jsonBody(z.object({ channels: z.array(channelPreview) }), 'channels') },
    }),
    async (context) => {
      const { release } = await releaseWith(
        desk.app,
        context.req.valid('param').id,
        context.var.words,
      );
      await noteLook(desk, context.var.who, release);
      const shownBy = await previews(desk).channels(release, context.var.words);
      return context.json(
        {
          channels: shownBy.map(({ channel, kind, refused, weibo }) => ({
            channel,
            kind,
            refused: [...refused],
            weibo,
          })),
        },
        200,
      );
    },
  );
}

/** A field of a form, where it is one. */
function given(name: string, body: Awaited<ReturnType<typeof bodyOf>>): Record<string, string> {
  const value = body[name];
  return typeof value === 'string' ? { [name]: value } : {};
}

async function stateOf(
  loaded: Awaited<ReturnType<Desk['app']['publishDeps']['load']>>,
  files: Files,
  context: DeskContext,
): Promise<z.output<typeof contentState>> {
  const flaws =
    loaded.state === 'flawed'
      ? loaded.flaws.map(
          ({ line, code, detail }) => `${line} ${context.var.words.flaw(code, detail)}`,
        )
      : [];
  const digest = loaded.state === 'ready' ? { digest: loaded.bundle.digest } : {};
  return {
    state: loaded.state,
    ...digest,
    base: await contentBase(files),
    files: [...files.keys()],
    flaws,
  };
}
