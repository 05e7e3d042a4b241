// `banli journal [subject]`: what happened, newest first: of a release, a publication, or of
// everything.
import type { Command } from 'commander';
import { actorName, detailText, eventName, subjectName } from '../desk/journal/event-words.ts';
import { peopleNames } from '../desk/journal/journal.ts';
import type { Messages } from '../i18n/index.ts';
import { BanliError } from '../lib/errors.ts';
import { minuteIn } from '../plan/time.ts';
import type { Calendar } from '../plan/types.ts';
import {
  channelOption,
  contextOf,
  planOrDraft,
  print,
  printJson,
  releaseOf,
  table,
  withApp,
} from './context.ts';

export function journal(
  subject: string | undefined,
  options: { json?: boolean; limit: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  return withApp(context, async (app) => {
    const events = await app.journal.newest(Math.max(1, Number(options.limit) || 50), subject);
    const { timezone } = app.planService.calendar();
    if (events.length === 0 && subject !== undefined)
      knownOr((await planOrDraft(app, context)).calendar, subject, context.words);
    if (options.json)
      printJson({
        events: events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
      });
    else if (events.length === 0) print(context.words.cli.nothingThere);
    else {
      const c = context.words.cli.columns;
      const people = await peopleNames(app);
      print(
        table(
          [c.time, c.event, c.subject, c.actor, c.detail],
          events.map((event) => [
            minuteIn(event.at, timezone),
            eventName(event, context.words),
            subjectName(event, context.words),
            actorName(event, context.words, people),
            detailText(event, context.words, timezone),
          ]),
        ),
      );
    }
    return 0;
  });
}

/**
 * @throws BanliError where the plan has neither such a release nor such a publication; of an
 * indicator, which is its release
 */
function knownOr(calendar: Calendar, subject: string, words: Messages): void {
  const [id = '', channel] = subject.split('@');
  const periods = calendar.releases
    .filter(({ indicator }) => indicator === id)
    .map((release) => release.id);
  if (periods.length > 0)
    throw new BanliError('unknown-release', words.cli.onlyIndicator(id), {
      hint: words.command(`journal ${periods[0] ?? ''}`),
    });
  channelOption(channel, releaseOf(calendar, id, words).settings.channels, words);
}
