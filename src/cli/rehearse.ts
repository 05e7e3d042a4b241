// `banli rehearse`: would this year come out as planned? Tells what a rehearsal came to. Not for
// rehearsing: rehearsal/.
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Messages } from '../i18n/index.ts';
import { systemClock } from '../lib/clock.ts';
import { BanliError } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import { calendarOf } from '../plan/calendar.ts';
import { dateIn, minuteIn } from '../plan/time.ts';
import type { Calendar, ReleaseId } from '../plan/types.ts';
import { runRehearsal as run } from '../rehearsal/rehearse.ts';
import type { Rehearsal } from '../rehearsal/report.ts';
import { titled } from '../site/names.ts';
import { contextOf, note, print, printJson, soundPlan, yearOption } from './context.ts';
import { signalled } from './signals.ts';

/** A list longer than this is counted. */
const LISTED = 20;

export async function rehearse(
  options: { year?: string; asIs?: boolean; json?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const read = await soundPlan(context);
  if (!read) return 1;
  const years = read.plans.map((plan) => plan.year);
  const year = yearOption(options.year, words) ?? years.at(-1);
  const plan = read.plans.find((one) => one.year === year);
  if (!plan) throw new BanliError('no-year', words.tables.noYear(year ?? 0, years));
  // No secret is needed for what never leaves this machine.
  const config = loadConfig(context.folder, process.env, () => 'rehearsal');
  const { calendar } = calendarOf([plan], read.workdays, new Map());
  if (calendar.releases.length === 0)
    throw new BanliError('no-releases', words.rehearsal.nothing(plan.year));
  const stop = new AbortController();
  void signalled().then(() => stop.abort(new BanliError('stopped', words.rehearsal.stopped)));
  note(words.rehearsal.starting(plan.year, calendar.releases.length));
  const told = (now: Instant): void => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${words.rehearsal.at(dateIn(now, calendar.timezone))}`);
  };
  const done = await run({
    config,
    plan,
    calendar,
    workdays: read.workdays,
    asIs: options.asIs === true,
    signal: stop.signal,
    told,
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (options.json) printJson({ year: plan.year, ...done });
  else for (const line of tell(done, calendar, words, options.asIs === true)) print(line);
  return isSound(done) ? 0 : 1;
}

/** True when every release would come out by itself, once, in time. */
function isSound(done: Rehearsal): boolean {
  return (
    done.notOut.length +
      done.early.length +
      done.doubled.length +
      done.late.length +
      done.failures.length ===
    0
  );
}

function tell(
  done: Rehearsal,
  { timezone, byId }: Calendar,
  words: Messages,
  asIs: boolean,
): string[] {
  const nameOf = (id: ReleaseId): string => {
    const release = byId.get(id);
    return release ? `${titled(release, words)}（${id}）` : id;
  };
  const w = words.rehearsal;
  const listed = (head: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : [
          head,
          ...lines.slice(0, LISTED).map((line) => `  · ${line}`),
          ...(lines.length > LISTED ? [`  ${words.letters.more(lines.length - LISTED)}`] : []),
        ];
  const when = (at: Instant): string => minuteIn(at, timezone);
  // What is past needs no content any more.
  const missing = done.contentMissing.filter(({ due }) => due > systemClock.now());
  return [
    w.out(done.public, done.publications, done.releases, done.seconds),
    ...listed(
      w.notOut(done.notOut.length),
      done.notOut.map(
        (one) =>
          `${when(one.due)}  ${one.publication}  ${words.reason(one.reason?.code, one.reason?.detail, one.state)}`,
      ),
    ),
    ...listed(w.late(done.late.length), done.late),
    ...listed(w.early(done.early.length), done.early),
    ...listed(w.doubled(done.doubled.length), done.doubled),
    ...listed(
      w.limits(done.limits.length),
      done.limits.map(
        (one) =>
          `${when(one.at)}  ${one.publication}  ${words.reason(one.reason.code, one.reason.detail, '')}`,
      ),
    ),
    ...listed(
      w.missing(missing.length, asIs),
      missing.map((one) => `${when(one.due)}  ${nameOf(one.release)}`),
    ),
    ...(done.approvals > 0 ? [w.approvals(done.approvals)] : []),
    ...(done.mails.length === 0
      ? [w.noMails]
      : listed(
          w.mails(done.mails.length),
          done.mails.map((mail) => `${when(Date.parse(mail.at) as Instant)}  ${mail.subject}`),
        )),
    ...(done.mailConfigured ? [] : [w.noMailConfigured]),
    ...listed(w.failures(done.failures.length), done.failures),
    isSound(done) ? w.sound : w.unsound,
  ];
}
