// Today and one release: what is shown, asked before it is done, and what changes while one looks.
// Not for doing it: operations/operations.ts.
import { streamSSE } from 'hono/streaming';
import { configChange } from '../../app/config-changes.ts';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { approvalBlocker, approvalStatus } from '../../operations/approvals.ts';
import {
  OPERATIONS,
  type OperationInput,
  operationInput,
  operations,
  runOperation,
} from '../../operations/operations.ts';
import { releaseWith } from '../../operations/release-with.ts';
import { minuteIn } from '../../plan/time.ts';
import { siteOf } from '../../publish/deps.ts';
import { sessionSecret } from '../auth/session.ts';
import { journalQuery, peopleNames, searchJournal } from '../journal/journal.ts';
import { isOverdueOnSite } from '../plan/date-operations.ts';
import { firstSteps } from '../settings/first-hour.ts';
import type { Desk } from '../shell/desk.ts';
import { flawsOf, heading, type Routing } from '../shell/routing.ts';
import { comparedOf } from './compare.ts';
import { expectationOf } from './expected.ts';
import { confirmMain, releaseMain, todayMain } from './pages.ts';
import { isPageOf, pagesOf } from './public-text.ts';
import { summariesOf, todayOf } from './summaries.ts';
import { weiboTexts } from './weibo-texts.ts';

/** How often the journal is looked at for those who watch, ms. */
const LIVE_MS = 1000;
/** Whether the session still lasts is asked each so many times. */
const ASK_EACH = 5;
/** So many pages of one person are renewed by themselves; the oldest stops. */
const MOST_STREAMS = 4;
const EVENTS_SHOWN = 40;
/** What came of a operation where nothing did. */
const FAILED: readonly string[] = ['unchanged', 'skipped', 'too-early', 'unsettled', 'cannot'];

/** What takes the place of something that is public, or lets it: what differs is shown. */
const COMPARED: readonly string[] = ['correct', 'approve'];

/** What somebody should know who has changed the settings. */
function settingsOf({ app }: Desk, words: Messages): string[] {
  const w = words.desk.today;
  const change = configChange(app.config);
  if (change.what === 'same' || (change.what === 'changed' && change.parts.length === 0)) return [];
  return change.what === 'changed'
    ? [
        w.settingsChanged(
          change.parts
            .map((one) => words.settings.partNames[one] ?? one)
            .join(words.desk.journal.details.and),
        ),
      ]
    : [w.settingsWrong, ...change.message.split('\n')];
}

/** Before T these are explained, and not done. */
const NEVER_EARLY: readonly string[] = ['publish', 'done'];

/** @throws RequestError where the address is none */
function saidIn(form: { url?: string; note?: string }, words: Messages): OperationInput {
  const said = operationInput.safeParse({
    url: form.url?.trim() || undefined,
    note: form.note?.trim() || undefined,
  });
  if (said.success) return said.data;
  throw new RequestError(422, 'bad-url', words.manual.badUrl, { hint: words.manual.badUrlHow });
}

export function releaseRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, go, formOf, param } = routing;
  const { app } = desk;
  const { clock } = app;
  // Today, and one release.
  protectedRoute('get', '/', 'read', async (context) => {
    const { who, words } = context.var;
    const seen = await app.journal.position();
    const steps =
      who.may.has('operate') || who.may.has('people') ? await firstSteps(desk) : undefined;
    return show(
      context,
      '',
      words.desk.today.title,
      todayMain(
        await todayOf(desk, who, words),
        who,
        words,
        who.may.has('operate') || who.may.has('people') ? settingsOf(desk, words) : [],
        steps,
        app.config.alerts.people.length > 0 && app.transports.size > 0,
      ),
      { seen },
    );
  });
  /** The streams of each person, the oldest first. */
  const streams = new Map<string, { close(): Promise<void> }[]>();
  protectedRoute('get', '/events', 'read', (context) => {
    // Whoever asks for the head alone gets no stream, which has no end.
    if (context.req.method === 'HEAD')
      return context.body(null, 200, { 'content-type': 'text/event-stream' });
    const { account } = context.var.who;
    const secret = sessionSecret(desk, context);
    return streamSSE(context, async (stream) => {
      const own = streams.get(account.name) ?? [];
      streams.set(account.name, own);
      own.push(stream);
      const leave = (): void => void (own.includes(stream) && own.splice(own.indexOf(stream), 1));
      stream.onAbort(leave);
      if (own.length > MOST_STREAMS) await own.shift()?.close();
      for (let round = 1; !stream.aborted && !stream.closed; round++) {
        // Signed out, disabled, or over in any other way: nothing more is told. Looking does not
        // prolong it.
        const isOver =
          round % ASK_EACH === 0 &&
          secret !== undefined &&
          !(await app.accounts.isOpen(secret, clock.now()));
        if (isOver) return leave();
        // Not what is new, but how far the journal is: whoever missed a word of it, in between two
        // streams, hears with the next that they did.
        await stream.writeSSE({ event: 'journal', data: await app.journal.position() });
        await stream.sleep(LIVE_MS);
      }
    });
  });
  protectedRoute('get', '/releases/:id', 'read', async (context) => {
    const { who, words } = context.var;
    const seen = await app.journal.position();
    const { release, entries } = await releaseWith(desk.app, param(context, 'id'), words);
    const [summary] = await summariesOf(desk, who, [release], words);
    if (!summary)
      throw new RequestError(404, 'unknown-release', words.cli.unknownRelease(release.id));
    const found = await flawsOf(desk, release, words);
    // What is wrong with a text quotes it.
    const flaws =
      who.may.has('texts') || !found || found.length === 0
        ? found
        : [words.desk.release.flawsHidden];
    const events = await searchJournal(
      desk,
      journalQuery.parse({ subject: release.id, limit: EVENTS_SHOWN }),
    );
    const late = isOverdueOnSite(release, entries, clock.now(), siteOf(app.publishDeps))
      ? expectationOf(desk, release, words)
      : undefined;
    const standing = await approvalStatus(desk.app, release);
    const page = (await pagesOf(desk)).get(release.id);
    const differs =
      page !== undefined &&
      standing.digest !== undefined &&
      !isPageOf(page.digest, standing.digest);
    const main = releaseMain(
      { summary, release, standing, flaws, events, people: await peopleNames(app), differs, late },
      who,
      words,
    );
    return show(context, '', summary.name, main, { seen });
  });
  for (const name of OPERATIONS) {
    const operation = operations[name];
    protectedRoute('get', `/releases/:id/${name}`, operation.permission, async (context) => {
      const { who, words } = context.var;
      const { release, entries, left } = await releaseWith(desk.app, param(context, 'id'), words);
      const [summary] = await summariesOf(desk, who, [release], words);
      const fit = new Set<string>(
        operation
          .fits(entries, release, clock.now(), left, app.channels)
          .map(({ publication }) => publication),
      );
      const early =
        NEVER_EARLY.includes(name) && clock.now() < release.due
          ? words.desk.tooEarly(minuteIn(release.due, release.timezone))
          : undefined;
      const standing = await approvalStatus(desk.app, release);
      const why = name === 'approve' ? approvalBlocker(standing, who, words) : undefined;
      const digest = name === 'approve' || name === 'correct' ? standing.digest : undefined;
      const publications =
        summary?.publications.filter(({ publication }) => fit.has(publication)) ?? [];
      const seen =
        name === 'by-hand' ? Math.max(...publications.map(({ task }) => task?.at ?? 0)) : undefined;
      const compared =
        COMPARED.includes(name) && digest !== undefined
          ? await comparedOf(desk, release, words)
          : undefined;
      const options = {
        seen,
        publications,
        reason: operation.reason,
        oneChannel: operation.oneChannel,
        early,
        hindrance: why,
        digest,
        compared,
        weibo: name === 'approve' ? await weiboTexts(desk, release, words) : [],
      };
      return show(
        context,
        '',
        words.desk.operations[name],
        summary ? confirmMain(name, summary, options, who, words) : heading(''),
      );
    });
    protectedRoute('post', `/releases/:id/${name}`, operation.permission, async (context) => {
      const { who, words } = context.var;
      const { reason, channel, digest, seen, url, note } = await formOf(context);
      const id = param(context, 'id');
      const done = await runOperation(
        desk.app,
        who,
        name,
        id,
        {
          reason: reason?.trim(),
          channel: channel || undefined,
          digest,
          ...(seen ? { seen: Number(seen) } : {}),
          ...(name === 'done' ? saidIn({ url, note }, words) : {}),
        },
        words,
      );
      const failed = done.filter(({ outcome }) => FAILED.includes(outcome)).length;
      const w = words.desk;
      return go(
        context,
        `/desk/releases/${id}`,
        failed === 0 ? w.done : failed < done.length ? w.partlyDone : w.notDone,
        done.map(({ message }) => message),
        failed === 0 ? 'good' : 'bad',
      );
    });
  }
}
