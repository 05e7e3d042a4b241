// `banli status [release]`: where publications stand: one release's, one indicator's, or everything
// due from a week ago to a week ahead.
import type { Command } from 'commander';
import type { Messages } from '../i18n/index.ts';
import type { Instant } from '../lib/instant.ts';
import { isoIn, minuteIn } from '../plan/time.ts';
import { type Calendar, publicationId, type Release, releaseId } from '../plan/types.ts';
import { titled } from '../site/names.ts';
import { contextOf, planOrDraft, print, printJson, releaseOf, table, withApp } from './context.ts';

const DAYS = 7;
const WEEK_MS = DAYS * 86_400_000;

export function status(
  id: string | undefined,
  options: { json?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  return withApp(context, async (app) => {
    const { calendar, isInForce } = await planOrDraft(app, context);
    const now = app.clock.now();
    const releases =
      id === undefined
        ? calendar.releases.filter((release) => Math.abs(release.due - now) < WEEK_MS)
        : named(calendar, id, context.words);
    const entries = await app.ledger.getAll(
      releases.flatMap((release) =>
        release.settings.channels.map((channel) => publicationId(release.id, channel)),
      ),
    );
    const rows = releases.flatMap((release) =>
      release.settings.channels.map((channel) => ({
        release,
        channel,
        entry: entries.get(publicationId(release.id, channel)),
      })),
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
    } else if (rows.length === 0) print(nothingDue(calendar, now, context.words));
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
            entry?.reason
              ? context.words.reason(entry.reason.code, entry.reason.detail, entry.state)
              : (entry?.receipt?.url ?? ''),
          ]),
        ),
      );
    }
    if (releases.length === 1 && id !== undefined && !options.json)
      for (const line of datesOf(releases, calendar, context.words)) print(line);
    if (!isInForce && calendar.plans.length > 0 && !options.json)
      print(context.words.cli.noneDue.notInForce);
    return 0;
  });
}

/**
 * A release by its id, or all of an indicator by its id or name.
 * @throws BanliError where there is neither
 */
function named(calendar: Calendar, id: string, words: Messages): readonly Release[] {
  const periods = calendar.byId.has(releaseId(id))
    ? []
    : calendar.releases.filter(
        ({ indicator, name }) => indicator === id || name.zh === id || name.en === id,
      );
  return periods.length > 0 ? periods : [releaseOf(calendar, id, words)];
}

/** What comes next. */
function nothingDue({ plans, releases }: Calendar, now: Instant, words: Messages): string {
  const w = words.cli.noneDue;
  const next = releases
    .filter(({ due, status }) => due > now && status !== 'cancelled')
    .sort((a, b) => a.due - b.due)[0];
  if (!next) return plans.length === 0 ? w.noPlan : w.nothing;
  return `${w.days(DAYS)}${w.next(minuteIn(next.due, next.timezone), titled(next, words), next.id)}`;
}

/** Every change of the release's date since Banli keeps the plan. */
function datesOf(releases: readonly Release[], calendar: Calendar, words: Messages): string[] {
  return releases.flatMap((release) =>
    (calendar.history.get(release.id) ?? []).map(({ at, kind, from, to, reason, promised }) => {
      const [before, after, applied] = [from, to, at].map((one) => minuteIn(one, release.timezone));
      return words.cli.dateChange(
        applied ?? '',
        words.changes.kinds[kind],
        before ?? '',
        after ?? '',
        promised,
        reason,
      );
    }),
  );
}
