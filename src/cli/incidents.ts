// `banli incidents`, `ack`, `alerts test`: what is wrong, that somebody looks after it, and whether
// letters arrive.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { makeTransports } from '../alerts/deliver-letters.ts';
import { acknowledge } from '../alerts/settle-incidents.ts';
import { describeIncident } from '../alerts/templates/describe-incident.ts';
import { sendTests } from '../alerts/test-letters.ts';
import type { Incident } from '../ledger/incident.ts';
import { systemClock } from '../lib/clock.ts';
import { BanliError } from '../lib/errors.ts';
import { instant } from '../lib/instant.ts';
import { isoIn, minuteIn } from '../plan/time.ts';
import { requestAcknowledgement, watchdogIncidents } from '../watchdog/store.ts';
import { contextOf, print, printJson, table, withApp } from './context.ts';

/** What is open: in the ledger, and what the watchdog sees by itself. */
export async function incidents(options: { json?: boolean }, command: Command): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const open: Incident[] = [];
  // With Redis gone the watchdog's own are still there to be read.
  const failed = await withApp(
    context,
    async (app) => void open.push(...(await app.incidents.incidents()).values()),
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  open.push(
    ...(await watchdogIncidents(watchFolder(context.withoutSecrets().config.paths.var))).values(),
  );
  if (failed !== undefined && open.length === 0) throw failed;
  const now = systemClock.now();
  const told = open.sort((a, b) => a.openedAt - b.openedAt);
  if (options.json) {
    printJson({
      incidents: told.map((one) => ({
        id: one.id,
        kind: one.kind,
        subject: one.subject,
        severity: one.severity,
        head: describeIncident(words, one, now).head,
        openedAt: isoIn(instant(one.openedAt), one.timezone),
        ...(one.closedAt === undefined
          ? {}
          : { closedAt: isoIn(instant(one.closedAt), one.timezone) }),
        ...(one.acknowledged
          ? {
              acknowledged: {
                by: one.acknowledged.by,
                at: isoIn(instant(one.acknowledged.at), one.timezone),
              },
            }
          : {}),
        items: one.items.map(({ release, due, channels, state, code, detail }) => ({
          release,
          due: isoIn(instant(due), one.timezone),
          channels,
          state,
          code,
          detail,
        })),
      })),
    });
  } else if (told.length === 0) print(words.acts.none);
  else {
    const c = words.acts.columns;
    const rows = told.map((one) => [
      one.id,
      minuteIn(instant(one.openedAt), one.timezone),
      words.acts.severities[one.severity] ?? one.severity,
      one.closedAt === undefined ? describeIncident(words, one, now).head : words.acts.waiting,
      one.acknowledged?.by ?? '',
    ]);
    print(table([c.id, c.since, c.severity, c.what, c.by], rows));
  }
  return 0;
}

/** Says that somebody looks after an incident: nobody else is asked. */
export async function ack(id: string, options: { as?: string }, command: Command): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const by = options.as ?? userInfo().username;
  const folder = watchFolder(context.withoutSecrets().config.paths.var);
  if ([...(await watchdogIncidents(folder)).values()].some((one) => one.id === id)) {
    await requestAcknowledgement(folder, id, by);
    print(words.acts.acknowledged(id));
    return 0;
  }
  return withApp(context, async (app) => {
    const now = app.clock.now();
    const done = await acknowledge(app.incidents, id, by, now, (event, subject, detail) =>
      app.journal.append(event, subject, by, now, detail),
    );
    if (!done)
      throw new BanliError('unknown-incident', words.acts.unknownIncident(id), {
        hint: words.acts.unknownIncidentHow,
      });
    print(words.acts.acknowledged(id));
    return 0;
  });
}

/**
 * Sends a letter to each person by each of their ways, and says what came of it. Needs no service
 * and no Redis.
 */
export async function alertsTest(_: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const config = context.config();
  const { words } = context;
  const { people } = config.alerts;
  const ways = makeTransports(config.mail, config.alerts.ways, systemClock);
  if (people.length === 0 || ways.size === 0)
    throw new BanliError('no-people', words.acts.noPeople, { hint: words.acts.noPeopleHow });
  let failed = 0;
  for await (const { person, to, failed: why } of sendTests(
    people,
    ways,
    config.bureau.zh,
    systemClock,
  )) {
    if (why !== undefined) failed++;
    print(
      why === undefined
        ? `✓ ${words.acts.testSent(person, to)}`
        : `✗ ${words.acts.testFailed(person, to, why)}`,
    );
  }
  for (const way of ways.values()) way.close();
  return failed === 0 ? 0 : 1;
}

function watchFolder(folder: string): string {
  return join(folder, 'watchdog');
}
