// `banli journal [subject]`: what happened, newest first: of a release, a publication, or of everything.
import type { Command } from 'commander';
import { actorName, detailText, eventName, subjectName } from '../desk/event-words.ts';
import { minuteIn } from '../plan/time.ts';
import { contextOf, print, printJson, table, withHouse } from './context.ts';

export function journal(subject: string | undefined, options: { json?: boolean; limit: string }, command: Command): Promise<number> {
  const context = contextOf(command);
  return withHouse(context, async (house) => {
    const events = await house.journal.newest(Math.max(1, Number(options.limit) || 50), subject);
    const { timezone } = house.planner.calendar();
    if (options.json) printJson({ events: events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })) });
    else if (events.length === 0) print(context.words.cli.nothingThere);
    else {
      const c = context.words.cli.columns;
      print(
        table(
          [c.time, c.event, c.subject, c.actor, c.detail],
          events.map((event) => [
            minuteIn(event.at, timezone),
            eventName(event, context.words),
            subjectName(event, context.words),
            actorName(event, context.words),
            detailText(event, context.words, timezone),
          ]),
        ),
      );
    }
    return 0;
  });
}
