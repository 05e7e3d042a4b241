// The page that somebody copies a release from who publishes it by hand. Not for saying that it is
// done: operations/operations.ts.
import { RequestError } from '../../lib/request-error.ts';
import { releaseWith } from '../../operations/release-with.ts';
import { noteLook } from '../journal/embargo-looks.ts';
import type { Routing } from '../shell/routing.ts';
import { copyMain } from './page.ts';

export function byHandRoutes({ desk, protectedRoute, show, param }: Routing): void {
  const { app } = desk;
  protectedRoute('get', '/copy/:id/:channel', 'texts', async (context) => {
    const { who, words } = context.var;
    const { release, entries } = await releaseWith(app, param(context, 'id'), words);
    const name = param(context, 'channel');
    const isServed = app.channels.get(name)?.isServedByHand === true;
    if (!isServed || !release.settings.channels.includes(name))
      throw new RequestError(404, 'unknown-channel', words.cli.unknownChannel(name));
    await noteLook(desk, who, release);
    const loaded = await app.publishDeps.load(release);
    const item =
      loaded.state === 'ready' ? app.publishDeps.itemOf(release, loaded.bundle, name) : undefined;
    const isDue = app.clock.now() >= release.due;
    const main = copyMain(
      { release, channel: name, item, isDue, isOpen: isOpenOn(entries, name) },
      who,
      words,
    );
    return show(context, 'content/', words.manual.pageTitle(words.channel(name)), main);
  });
}

const isOpenOn = (
  entries: readonly { readonly publication: string; readonly state: string }[],
  channel: string,
): boolean =>
  entries.some(
    ({ publication, state }) =>
      publication.endsWith(`@${channel}`) &&
      ['planned', 'staged', 'held', 'doubtful'].includes(state),
  );
