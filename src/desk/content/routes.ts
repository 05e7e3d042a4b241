// Content: the form, versions, and previews. Not for keeping it: edit.ts.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Loaded } from '../../content/bundle.ts';
import { BUNDLE_LIMITS, isTooLarge } from '../../content/bundle-limits.ts';
import { HEAD_BYTES } from '../../content/file-kind.ts';
import { languageIn, type Messages } from '../../i18n/index.ts';
import { PUBLIC } from '../../ledger/states.ts';
import { RequestError } from '../../lib/request-error.ts';
import { inThread } from '../../lib/threads.ts';
import { releaseWith } from '../../operations/release-with.ts';
import type { Release } from '../../plan/types.ts';
import { titled } from '../../site/names.ts';
import { bodyOf } from '../auth/session.ts';
import { noteLook } from '../journal/embargo-looks.ts';
import { type ReleaseSummary, summariesOf } from '../releases/summaries.ts';
import { oneAtATime } from '../shell/big-bodies.ts';
import { type DeskContext, mustBeShowable } from '../shell/desk.ts';
import {
  type Form,
  fieldsOf,
  flawsOf,
  isHeavy,
  PAGE_BODY_BYTES,
  type Routing,
} from '../shell/routing.ts';
import {
  type ContentDraft,
  contentBase,
  contentFiles,
  draftOf,
  isArchive,
  restoreVersion,
  type Saving,
  saveContent,
  uploaded,
} from './edit.ts';
import { contentMain, previewMain as contentPreview, formMain } from './pages.ts';
import { previews } from './preview.ts';
import { filesOfVersion, versionsOf } from './versions.ts';
import { type Brought, bring } from './word.ts';

/** Files that are read as text, each with rules of its own. */
const TEXTS: readonly string[] = ['release.md', 'weibo.txt', 'series.csv'];
/** So far ahead content is looked for, ms. */
const FORM_DAYS_MS = 45 * 86_400_000;

/** What is out on some channel or withdrawn needs no text any more; a correction begins there. */
const isToCome = ({ publications }: ReleaseSummary): boolean =>
  publications.some(
    ({ step, state }) => step < 2 && state !== 'withdrawn' && state !== 'historical',
  );

export function contentRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, go, formOf, listOf, param } = routing;
  const { app } = desk;
  const { planService: planner, clock } = app;
  // Content.
  protectedRoute('get', '/content/', 'read', async (context) => {
    const { who, words } = context.var;
    const now = clock.now();
    const near = planner
      .calendar()
      .releases.filter(
        ({ due, status }) =>
          due > now - 7 * 86_400_000 && due < now + FORM_DAYS_MS && status !== 'cancelled',
      );
    return show(
      context,
      'content/',
      words.desk.content.title,
      contentMain((await summariesOf(desk, who, near, words)).filter(isToCome), words),
    );
  });
  /** @param typed what was typed and not saved, and why */
  const formPage = async (
    context: DeskContext,
    release: Release,
    typed?: Refused & { draft: ContentDraft },
  ): Promise<Response> => {
    const { who, words } = context.var;
    const w = words.desk.content;
    const files = await contentFiles(desk, release);
    // Put there by somebody past the desk: what is not read is not shown either.
    const there = draftOf(isTooLarge(files) ? new Map() : files);
    const code = typed?.refused.code;
    const shown = [
      ...Object.values(typed?.draft ?? there),
      ...(code === 'content-changed' ? Object.values(there) : []),
    ];
    if (isHeavy(shown) || (typed === undefined && isTooLarge(files)))
      throw (
        typed?.refused ??
        new RequestError(413, 'too-large', words.desk.refused.tooLarge, { hint: w.tooLargeToShow })
      );
    const view = {
      release,
      name: titled(release, words),
      draft: typed?.draft ?? there,
      base: await contentBase(files),
      files: [...files.keys()].filter((name) => name !== 'release.md' && name !== 'weibo.txt'),
      flaws: typed ? [] : ((await flawsOf(desk, release, words)) ?? []),
      versions: typed ? [] : await versionsOf(desk, release),
      isPublic: (await releaseWith(desk.app, release.id, words)).entries.some(({ state }) =>
        PUBLIC.includes(state),
      ),
      there: code === 'content-changed' ? there : undefined,
      sure: code === 'approvals-void' || code === 'publishes-now',
    };
    if (!typed) return show(context, 'content/', w.title, formMain(view, who, words));
    // Where somebody else has saved meanwhile the page shows their text.
    await noteLook(desk, who, release);
    context.status(typed.refused.status);
    // These two say it themselves.
    const message = notSaved(typed, view.there !== undefined || view.sure, words);
    return show(context, 'content/', w.title, formMain(view, who, words), { message });
  };
  protectedRoute('get', '/content/:id', 'content', async (context) => {
    const { release } = await releaseWith(desk.app, param(context, 'id'), context.var.words);
    await noteLook(desk, context.var.who, release);
    return formPage(context, release);
  });
  protectedRoute(
    'post',
    '/content/:id',
    'content',
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk.app, param(context, 'id'), words);
      const form = fieldsOf(await bodyOf(context));
      const sent = [(await bodyOf(context)).upload]
        .flat()
        .filter((one) => one instanceof File && one.size > 0) as File[];
      const { title = '', summary = '', author = '', source = '', body = '', weibo = '' } = form;
      const typed: ContentDraft = { title, summary, author, source, body, weibo };
      let draft = typed;
      let said: readonly string[] = [];
      try {
        mustBeShowable(form, words);
        const files = await contentFiles(desk, release);
        for (const name of await listOf(context, 'remove')) files.delete(name);
        const take = async (): Promise<{ brought: Map<string, Buffer>; taken: Brought }> => {
          const brought = await uploaded(sent, words);
          return { brought, taken: await bring(files, typed, brought, words) };
        };
        const { brought, taken } = await (sent.some(isArchive)
          ? oneAtATime(context, take)
          : take());
        draft = taken.draft;
        said = taken.said;
        await mustBeKinds(brought, words);
        return await saved(
          context,
          release,
          await saveContent(desk, who, release, files, words, savingOf(form, words)),
          said,
        );
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        return formPage(context, release, {
          draft,
          refused: error,
          chose: sent.length > 0,
          said,
        });
      }
    },
    BUNDLE_LIMITS.bytes + PAGE_BODY_BYTES,
  );
  protectedRoute('post', '/content/:id/restore', 'content', async (context) => {
    const { who, words } = context.var;
    const { release } = await releaseWith(desk.app, param(context, 'id'), words);
    const form = await formOf(context);
    try {
      return await saved(
        context,
        release,
        await restoreVersion(desk, who, release, form.version ?? '', words, savingOf(form, words)),
      );
    } catch (error) {
      if (!(error instanceof RequestError) || error.code === 'unknown-version') throw error;
      // What it would have brought back is in the form now: saving it there is the same.
      const files = await filesOfVersion(desk, release, form.version ?? '');
      return formPage(context, release, {
        draft: draftOf(files ?? new Map()),
        refused: error,
        chose: false,
      });
    }
  });
  /** @param said what whoever saved should know besides */
  const saved = async (
    context: DeskContext,
    release: Release,
    after: Loaded,
    said: readonly string[] = [],
  ): Promise<Response> => {
    const { words } = context.var;
    const w = words.desk.content;
    const to = `/desk/content/${release.id}`;
    const flaws = (await flawsOf(desk, release, words)) ?? [];
    if (after.state === 'ready' && flaws.length === 0) return go(context, to, w.saved, said);
    return go(
      context,
      to,
      after.state === 'missing' ? w.noText : w.savedFlawed,
      [...flaws, ...said],
      'bad',
    );
  };
  const shows = previews(desk);
  protectedRoute('get', '/content/:id/preview', 'texts', async (context) => {
    const { who, words } = context.var;
    const { release } = await releaseWith(desk.app, param(context, 'id'), words);
    await noteLook(desk, who, release);
    const flaws = await flawsOf(desk, release, words, false);
    const shown = await shows.channels(release, words);
    return show(
      context,
      'content/',
      words.desk.preview.title,
      contentPreview(
        release,
        titled(release, words),
        shown,
        flaws ?? [words.desk.release.contentMissing],
        words,
      ),
    );
  });
  protectedRoute('get', '/preview/releases/:id/', 'texts', (context) => {
    const id = param(context, 'id');
    const isEnglish = languageIn(context.var.words) === 'en';
    return isEnglish
      ? context.redirect(`/desk/preview/en/releases/${encodeURIComponent(id)}/`)
      : shows.website(context, id, 'zh');
  });
  protectedRoute('get', '/preview/en/releases/:id/', 'texts', (context) =>
    shows.website(context, param(context, 'id'), 'en'),
  );
  protectedRoute('get', '/preview/releases/:id/wechat', 'texts', (context) =>
    shows.wechat(context, param(context, 'id')),
  );
  protectedRoute('get', '/preview/releases/:id/cover', 'texts', (context) =>
    shows.cover(context, param(context, 'id')),
  );
  protectedRoute('get', '/preview/releases/:id/files/:name', 'texts', (context) =>
    shows.file(context, param(context, 'id'), param(context, 'name')),
  );
  // A page of the preview finds the public site's style here: the site may be on another host.
  protectedRoute(
    'get',
    '/preview/:name{(style\\.css|site\\.js|favicon\\.svg|emblem\\.(png|jpe?g|gif))}',
    'read',
    async (context) => {
      const name = param(context, 'name');
      const file = await readFile(join(app.config.paths.var, 'site', 'current', name)).catch(
        () => undefined,
      );
      if (!file)
        throw new RequestError(404, 'unknown-file', context.var.words.desk.refused.notFound);
      return context.body(file as Uint8Array<ArrayBuffer>, 200, {
        'content-type': TYPES[extname(name)] ?? 'image/jpeg',
      });
    },
  );
}

/** Why a form was not saved. */
interface Refused {
  readonly refused: RequestError;
  /** Whether a file was chosen, which no browser keeps. */
  readonly chose: boolean;
  /** What whoever brought it should know. */
  readonly said?: readonly string[];
}

/** @param isSaid the page itself says that it was not saved */
function notSaved({ refused, chose, said = [] }: Refused, isSaid: boolean, words: Messages) {
  const w = words.desk.content;
  const lines = [
    ...refused.lines,
    ...(isSaid ? [] : [w.notSaved]),
    ...(chose ? [w.uploadAgain] : []),
    ...said,
  ];
  const text = [refused.message, refused.hint].filter(Boolean).join('。');
  return { kind: 'bad' as const, text, lines };
}

/** Of what a page of the public site leads to. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.gif': 'image/gif',
};

/**
 * A file that no channel takes would stop the text that it comes with. Looked into in a thread.
 * @throws RequestError naming each
 */
async function mustBeKinds(brought: ReadonlyMap<string, Buffer>, words: Messages): Promise<void> {
  const files = [...brought].flatMap(([name, content]) =>
    TEXTS.includes(name)
      ? []
      : [{ name, head: new Uint8Array(content.subarray(0, HEAD_BYTES)), bytes: content.length }],
  );
  if (files.length === 0) return;
  const looked = await inThread('content', { body: '', mark: '', files });
  // What a thread cannot look into no channel could be given.
  const kinds = looked.ok
    ? looked.value.kinds
    : files.map(() => ({ use: 'none', flaw: 'not-what-it-says' }) as const);
  const lines = kinds.flatMap((kind, at) =>
    kind.use === 'none' ? [`${words.flaw(kind.flaw, files[at]?.name)}`] : [],
  );
  if (lines.length > 0)
    throw new RequestError(422, 'file-kind', words.desk.content.wrongKind, { lines });
}

/** A form always says what it was filled in upon. @throws RequestError where it does not */
function savingOf({ base, sure }: Form, words: Messages): Saving {
  if (base === undefined)
    throw new RequestError(422, 'base-missing', words.desk.content.baseMissing);
  return { base, sure: sure === 'yes' };
}
