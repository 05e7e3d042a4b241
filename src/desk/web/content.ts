// Content: the form, versions, and previews. Not for keeping it: content.ts above.
import { BUNDLE_LIMITS } from '../../content/bundle.ts';
import type { Release } from '../../plan/types.ts';
import { PUBLIC } from '../../ledger/states.ts';
import { cardsOf } from '../cards.ts';
import { draftOf, filesOf, restoreVersion, saveContent, textFiles, uploaded, versionsOf } from '../content.ts';
import { releaseWith } from '../deeds.ts';
import { noteLook } from '../looks.ts';
import { bodyOf } from '../session.ts';
import { titled } from '../desk.ts';
import type { DeskContext } from '../desk.ts';
import { contentMain, formMain, previewMain as contentPreview } from '../pages/content.ts';
import { previews } from '../preview.ts';
import { flawsOf, SMALL_BYTES } from './routing.ts';
import type { Routing } from './routing.ts';

/** So far ahead content is looked for, ms. */
const FORM_DAYS_MS = 45 * 86_400_000;

export function contentRoutes(routing: Routing): void {
  const { desk, guard, show, go, formOf, listOf, param } = routing;
  const { house } = desk;
  const { planner, clock } = house;
  // Content.
  guard('get', '/content/', 'read', async (context) => {
    const { who, words } = context.var;
    const now = clock.now();
    const near = planner
      .calendar()
      .releases.filter(({ due, status }) => due > now - 7 * 86_400_000 && due < now + FORM_DAYS_MS && status !== 'cancelled');
    return show(context, 'content/', words.desk.content.title, contentMain(await cardsOf(desk, who, near, words), words));
  });
  guard('get', '/content/:id', 'content', async (context) => {
    const { who, words } = context.var;
    const { release, entries } = await releaseWith(desk, param(context, 'id'), words);
    await noteLook(desk, who, release);
    const files = await filesOf(desk, release);
    const view = {
      release,
      name: titled(release, words),
      draft: draftOf(files),
      files: [...files.keys()].filter((name) => name !== 'release.md' && name !== 'weibo.txt'),
      flaws: (await flawsOf(desk, release, words)) ?? [],
      versions: await versionsOf(desk, release),
      isPublic: entries.some(({ state }) => PUBLIC.includes(state)),
    };
    return show(context, 'content/', words.desk.content.title, formMain(view, who, words));
  });
  guard(
    'post',
    '/content/:id',
    'content',
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, param(context, 'id'), words);
      const form = await formOf(context);
      const sent = [(await bodyOf(context)).upload].flat().filter((one) => one instanceof File && one.size > 0) as File[];
      const files = await filesOf(desk, release);
      for (const name of await listOf(context, 'remove')) files.delete(name);
      files.delete('weibo.txt');
      const { title = '', summary = '', author = '', source = '', body = '', weibo = '' } = form;
      for (const [name, content] of textFiles({ title, summary, author, source, body, weibo })) files.set(name, content);
      // A bundle that brings its own text brings all of it.
      for (const [name, content] of await uploaded(sent, words)) files.set(name, content);
      return saved(context, release, await saveContent(desk, who, release, files, words));
    },
    BUNDLE_LIMITS.bytes + SMALL_BYTES,
  );
  guard('post', '/content/:id/restore', 'content', async (context) => {
    const { who, words } = context.var;
    const { release } = await releaseWith(desk, param(context, 'id'), words);
    const { version = '' } = await formOf(context);
    return saved(context, release, await restoreVersion(desk, who, release, version, words));
  });
  const saved = async (context: DeskContext, release: Release, after: Awaited<ReturnType<typeof saveContent>>): Promise<Response> => {
    const { words } = context.var;
    const w = words.desk.content;
    const to = `/desk/content/${release.id}`;
    if (after.state === 'ready') return go(context, to, w.saved);
    return go(context, to, after.state === 'flawed' ? w.savedFlawed : w.noText, (await flawsOf(desk, release, words)) ?? [], 'bad');
  };
  const shows = previews(desk);
  guard('get', '/content/:id/preview', 'texts', async (context) => {
    const { who, words } = context.var;
    const { release } = await releaseWith(desk, param(context, 'id'), words);
    await noteLook(desk, who, release);
    const flaws = await flawsOf(desk, release, words);
    const shown = await shows.channels(release, words);
    return show(
      context,
      'content/',
      words.desk.preview.title,
      contentPreview(release, titled(release, words), shown, flaws ?? [words.desk.release.contentMissing], words),
    );
  });
  guard('get', '/preview/releases/:id/', 'texts', (context) => shows.website(context, param(context, 'id')));
  guard('get', '/preview/releases/:id/wechat', 'texts', (context) => shows.wechat(context, param(context, 'id')));
  guard('get', '/preview/releases/:id/cover', 'texts', (context) => shows.cover(context, param(context, 'id')));
  guard('get', '/preview/releases/:id/files/:name', 'texts', (context) => shows.file(context, param(context, 'id'), param(context, 'name')));
  // A page of the preview finds the public site's style where the site has it.
  guard('get', '/preview/:name{(style\\.css|site\\.js)}', 'read', (context) => context.redirect(`/${param(context, 'name')}`));
}
