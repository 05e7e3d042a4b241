// Settings: seen and saved by administrators, and everything started anew. Not for what is changed:
// settings.ts.

import { randomUUID } from 'node:crypto';
import { configChange, writtenNow } from '../../app/config-changes.ts';
import { livingWorkers } from '../../ledger/worker-heartbeats.ts';
import type { Html } from '../../lib/html.ts';
import { instant } from '../../lib/instant.ts';
import { RequestError } from '../../lib/request-error.ts';
import { minuteIn } from '../../plan/time.ts';
import { bodyOf } from '../auth/session.ts';
import { confirmSelf } from '../auth/sign-in.ts';
import type { DeskContext } from '../shell/desk.ts';
import type { Form, Routing } from '../shell/routing.ts';
import { type ForceView, settingsMain } from './pages.ts';
import { isAfterRestart, Restart } from './restart.ts';
import {
  EMBLEM_BYTES,
  emblemNow,
  namesOf,
  type SavedSettings,
  saveSettings,
  settingsView,
} from './settings.ts';

const AT = '/desk/settings/';
/** The largest form with an emblem, bytes. */
const EMBLEM_FORM_BYTES = EMBLEM_BYTES + 100_000;
/** Never shown again. */
const SECRETS = ['password', 'confirm'];
const SECOND_MS = 1000;

export function settingsRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, go, refilled } = routing;
  const { app } = desk;
  const { clock, config, planService: planner } = app;
  const process = randomUUID();
  const since = clock.now();
  const written = (at: number): string =>
    minuteIn(instant(Math.floor(at / SECOND_MS) * SECOND_MS), planner.calendar().timezone);
  const dues = () =>
    planner.calendar().releases.flatMap(({ due, status }) => (status === 'cancelled' ? [] : [due]));
  const begin = (): boolean => {
    // Somebody may have broken them while it waited.
    if (configChange(config).what === 'wrong') return false;
    desk.restart?.();
    return true;
  };
  const restart = desk.restart && new Restart(clock, dues, begin);

  const forceView = async (): Promise<ForceView> => {
    const at = restart?.at;
    const isNow = at === undefined || at <= clock.now() + SECOND_MS;
    // Rounded up: what waits until 10:00:30.001 is said to begin at 10:00:31.
    const said = isNow
      ? ''
      : minuteIn(instant(Math.ceil(at / SECOND_MS) * SECOND_MS), planner.calendar().timezone);
    const next = nextAddress();
    return {
      isKept: restart !== undefined,
      at: at === undefined ? undefined : said,
      running: config.installation.running,
      hasWorkers: (await livingWorkers(app.redis)) > 1,
      process,
      since: written(since),
      next,
      mustTry: isUntried(next),
    };
  };
  const page = async (context: DeskContext, typed: Form = {}): Promise<Html> => {
    const { who, words } = context.var;
    const shown = Object.fromEntries(
      Object.entries(typed).filter(([name]) => !SECRETS.includes(name)),
    );
    return settingsMain(await settingsView(desk, words), await forceView(), who, words, shown);
  };
  const saved = (
    { var: { words } }: DeskContext,
    { changed, unrecorded }: SavedSettings,
  ): string[] => {
    const w = words.settings;
    const next = changed.includes('site.publicUrl') ? nextAddress() : undefined;
    return [
      ...(next === undefined ? [] : [w.nextAddress(next)]),
      ...(changed.join() === 'mail.password' ? [w.savedNow] : []),
      ...(unrecorded === undefined ? [] : [words.desk.plan.unrecorded(unrecorded)]),
    ];
  };
  /** Where the desk will be, if it moves. */
  const nextAddress = (): string | undefined => {
    const next = writtenNow(config).desk.publicUrl;
    return next === config.desk.publicUrl ? undefined : `${next}desk/`;
  };
  /** An address over https, where until now there was none: whether it answers only a person can say. */
  const isUntried = (next: string | undefined): boolean =>
    !config.desk.publicUrl.startsWith('https:') && next !== undefined && next.startsWith('https:');
  protectedRoute('get', '/settings/', 'people', async (context) => {
    const w = context.var.words.settings;
    // Whoever has waited for it comes back by this address.
    const isBack = isAfterRestart(`${AT}${new URL(context.req.url).search}`);
    const message = { kind: 'good', text: w.force.restarted(written(since)) } as const;
    return show(context, 'settings/', w.title, await page(context), isBack ? { message } : {});
  });
  // Which process answers: a page that waits for the next one asks.
  protectedRoute('get', '/settings/process', 'people', (context) => context.text(process));
  protectedRoute('get', '/settings/emblem', 'people', (context) => {
    const emblem = emblemNow(desk);
    return emblem
      ? context.body(new Uint8Array(emblem.bytes), 200, { 'content-type': emblem.type })
      : context.notFound();
  });
  protectedRoute(
    'post',
    '/settings/',
    'people',
    async (context) => {
      const { who, words } = context.var;
      const sent = [(await bodyOf(context)).picture]
        .flat()
        .find((one) => one instanceof File && one.size > 0);
      const picture = sent instanceof File ? new Uint8Array(await sent.arrayBuffer()) : undefined;
      const save = async (form: Form): Promise<Response> => {
        await confirmSelf(desk, who, form.confirm, words);
        const done = await saveSettings(desk, who, form, picture, words);
        return go(
          context,
          AT,
          words.settings.saved(namesOf(done.changed, words)),
          saved(context, done),
        );
      };
      const again = (error: unknown): never => {
        if (!(error instanceof RequestError) || !picture) throw error;
        const { status, code, message, hint, lines } = error;
        throw new RequestError(status, code, message, {
          hint,
          lines: [...lines, words.settings.emblemAgain],
        });
      };
      return refilled(
        context,
        'settings/',
        words.settings.title,
        (form) => page(context, form),
        (form) => save(form).catch(again),
      );
    },
    EMBLEM_FORM_BYTES,
  );
  protectedRoute('post', '/settings/restart', 'people', async (context) => {
    const { who, words } = context.var;
    const w = words.settings.force;
    if (!restart)
      throw new RequestError(409, 'not-kept', w.notKept, {
        hint: w.nobody(config.installation.running),
      });
    const change = configChange(config);
    // Started anew with these, it would not start.
    if (change.what === 'wrong')
      throw new RequestError(409, 'settings', w.wrong, { lines: change.message.split('\n') });
    if (change.what === 'same' || change.parts.length === 0)
      throw new RequestError(409, 'nothing-changed', w.nothing);
    // Signed in over https alone from then on: where that address does not answer, nobody gets in
    // any more.
    const next = nextAddress();
    if (next !== undefined && isUntried(next) && (await bodyOf(context)).tried !== 'yes')
      throw new RequestError(422, 'untried', w.untried(next));
    const isFirst = restart.at === undefined;
    if (isFirst)
      await app.journal.append('restart-asked', '', who.account.name, clock.now(), {
        from: who.from,
        settings: [...change.parts],
      });
    restart.ask();
    return context.redirect(AT, 303);
  });
}
