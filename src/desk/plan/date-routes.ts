// Two forms about the date of one release: a cancelled one is put back, and a late one is expected
// at a time. Not for moving or cancelling: routes.ts.

import type { Messages } from '../../i18n/index.ts';
import type { Release } from '../../plan/types.ts';
import { titled } from '../../site/names.ts';
import { expectationOf, expectedText, withExpected } from '../releases/expected.ts';
import { fittingWith, mustDiffer } from '../releases/fitting.ts';
import type { Form, Routing } from '../shell/routing.ts';
import { expectedMain, restoreMain } from './date-pages.ts';
import { moved } from './edit.ts';
import { moveIn } from './move-form.ts';
import { previewsOf } from './preview-routes.ts';

export function planDateRoutes(routing: Routing): void {
  restoreRoutes(routing);
  expectedRoutes(routing);
}

function restoreRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, refilled, param } = routing;
  const { showPreview, wouldBePublic } = previewsOf(routing);
  protectedRoute('get', '/releases/:id/restore', 'plan', async (context) => {
    const { who, words } = context.var;
    const release = await fittingWith(desk, param(context, 'id'), 'restore', words);
    return show(
      context,
      'plan/',
      words.desk.operations.restore,
      restoreMain(desk, release, who, words),
    );
  });
  protectedRoute('post', '/releases/:id/restore', 'plan', async (context) => {
    const { who, words } = context.var;
    const release = await fittingWith(desk, param(context, 'id'), 'restore', words);
    const title = words.desk.operations.restore;
    return refilled(
      context,
      'plan/',
      title,
      (form) => restoreMain(desk, release, who, words, form),
      async (form) => {
        const move = moveIn(form, release, 'restore', words);
        const file = await moved(desk, release, move, words);
        const ask = move.immediate ? [] : await wouldBePublic(file, words);
        if (ask.length > 0)
          return show(context, 'plan/', title, restoreMain(desk, release, who, words, form, ask));
        return showPreview(
          context,
          file,
          `${titled(release, words)} ${title}：${move.reason}`,
          `/desk/releases/${release.id}/restore`,
        );
      },
    );
  });
}

function expectedRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, refilled, param } = routing;
  const { showPreview } = previewsOf(routing);
  protectedRoute('get', '/releases/:id/expected', 'plan', async (context) => {
    const { who, words } = context.var;
    const release = await fittingWith(desk, param(context, 'id'), 'expected', words);
    return show(
      context,
      'plan/',
      words.desk.dates.expected,
      expectedMain(release, expectationOf(desk, release, words), who, words),
    );
  });
  protectedRoute('post', '/releases/:id/expected', 'plan', async (context) => {
    const { who, words } = context.var;
    const release = await fittingWith(desk, param(context, 'id'), 'expected', words);
    const now = expectationOf(desk, release, words);
    return refilled(
      context,
      'plan/',
      words.desk.dates.expected,
      (form) => expectedMain(release, now, who, words, form),
      async (form) => {
        const at = expectedIn(form);
        mustDiffer(now.at, at, words);
        const file = await withExpected(desk, release, at, words);
        const notes = [
          { text: words.desk.dates.publicWillSay(expectedText(at, words)), lines: [] },
        ];
        return showPreview(
          context,
          file,
          whyOf(release, at, words),
          `/desk/releases/${release.id}/expected`,
          notes,
        );
      },
    );
  });
}

/** The button that takes it away counts, whatever the fields hold. */
function expectedIn({ away, date = '', time = '' }: Form): string | undefined {
  return away === 'yes' ? undefined : `${date} ${time.slice(0, 5)}`;
}

function whyOf(release: Release, at: string | undefined, words: Messages): string {
  const { expectedWhy, takeAway } = words.desk.dates;
  return `${titled(release, words)} ${at === undefined ? takeAway : expectedWhy(at)}`;
}
