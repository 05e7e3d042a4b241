// `banli status [release]`: where publications stand: one release's, or everything due from a week ago to a week ahead.
import type { Command } from 'commander';
import { isoIn, minuteIn } from '../plan/time.ts';
import { publicationId } from '../plan/types.ts';
import type { Calendar, Release } from '../plan/types.ts';
import type { Words } from '../words/index.ts';
import { contextOf, print, printJson, releaseOf, table, withHouse } from './context.ts';

const WEEK_MS = 7 * 86_400_000;

export function status(id: string | undefined, options: { json?: boolean }, command: Command): Promise<number> {
  const context = contextOf(command);
  return withHouse(context, async (house) => {
    const calendar = house.planner.calendar();
    const now = house.clock.now();
    const releases =
      id === undefined ? calendar.releases.filter((release) => Math.abs(release.due - now) < WEEK_MS) : [releaseOf(calendar, id, context.words)];
    const entries = await house.ledger.getAll(
      releases.flatMap((release) => release.settings.channels.map((channel) => publicationId(release.id, channel))),
    );
    const rows = releases.flatMap((release) =>
      release.settings.channels.map((channel) => ({ release, channel, entry: entries.get(publicationId(release.id, channel)) })),
    );
    if (options.json) {
      printJson({
        publications: rows.map(({ release, channel, entry }) => ({
          release: release.id,
          channel,
          due: isoIn(release.due, release.timezone),
          state: entry?.state,
          reason: entry?.reason,
          url: entry?.receipt?.url,
          publicAt: entry?.receipt?.publicAt,
        })),
      });
    } else if (rows.length === 0) print(context.words.cli.nothingThere);
    else {
      const c = context.words.cli.columns;
      print(
        table(
          [c.due, c.release, c.channel, c.status, c.reason],
          rows.map(({ release, channel, entry }) => [
            minuteIn(release.due, release.timezone),
            release.id,
            context.words.channel(channel),
            context.words.state(entry?.state ?? ''),
            entry?.reason ? context.words.reason(entry.reason.code, entry.reason.detail, entry.state) : (entry?.receipt?.url ?? ''),
          ]),
        ),
      );
    }
    if (id !== undefined && !options.json) for (const line of datesOf(releases, calendar, context.words)) print(line);
    return 0;
  });
}

/** Every change of the release's date since Banli keeps the plan. */
function datesOf(releases: readonly Release[], calendar: Calendar, words: Words): string[] {
  return releases.flatMap((release) =>
    (calendar.history.get(release.id) ?? []).map(({ at, kind, from, to, reason, promised }) => {
      const [before, after, applied] = [from, to, at].map((one) => minuteIn(one, release.timezone));
      return words.cli.dateChange(applied ?? '', words.changes.kinds[kind], before ?? '', after ?? '', promised, reason);
    }),
  );
}
