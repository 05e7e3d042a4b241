// Channels and letters: whether they work, and Weibo's authorisation. Not for what is asked of
// them: channels.ts.
import { sendTests } from '../../alerts/test-letters.ts';
import { RequestError } from '../../lib/request-error.ts';
import { isFromElsewhere } from '../auth/session.ts';
import type { DeskContext } from '../shell/desk.ts';
import type { Routing } from '../shell/routing.ts';
import {
  type Authorized,
  askNow,
  beginConsent,
  channelCards,
  finishConsent,
  takeOtherAccount,
} from './channels.ts';
import { channelsMain, otherAccountMain, reasonsOf } from './pages.ts';

export function channelRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, go, formOf, param } = routing;
  const { config, planService: planner, transports: ways, clock } = desk.app;
  protectedRoute('get', '/channels/', 'read', async (context) => {
    const { who, words } = context.var;
    const view = {
      cards: await channelCards(desk),
      people: config.alerts.people,
      timezone: planner.calendar().timezone,
    };
    return show(context, 'channels/', words.desk.channels.title, channelsMain(view, who, words));
  });
  protectedRoute('post', '/channels/test', 'operate', async (context) => {
    const { words } = context.var;
    const lines: string[] = [];
    let failed = 0;
    for await (const { person, to, failed: why } of sendTests(
      config.alerts.people,
      ways,
      config.bureau.zh,
      clock,
    )) {
      if (why !== undefined) failed++;
      lines.push(
        why === undefined
          ? `✓ ${words.acts.testSent(person, to)}`
          : `✗ ${words.acts.testFailed(person, to, why)}`,
      );
    }
    return go(
      context,
      '/desk/channels/',
      words.desk.channels.tested,
      lines,
      failed === 0 ? 'good' : 'bad',
    );
  });
  const taken = (context: DeskContext, { name, note }: Authorized): Promise<Response> => {
    const { words } = context.var;
    const w = words.desk.channels;
    return note.wrong.length === 0
      ? go(context, '/desk/channels/', w.authorized(words.channel(name)))
      : go(
          context,
          '/desk/channels/',
          w.askedNot(words.channel(name), reasonsOf(note, words)),
          [],
          'bad',
        );
  };
  // Weibo sends the browser here; before the routes of a channel, whose name this is not.
  protectedRoute('get', '/channels/weibo/back', 'operate', async (context) => {
    const { who, words } = context.var;
    const { state = '', code = '' } = context.req.query();
    const done = await finishConsent(desk, who, { state, code }, words);
    return 'ticket' in done
      ? show(context, 'channels/', words.desk.channels.title, otherAccountMain(done, who, words))
      : taken(context, done);
  });
  protectedRoute('post', '/channels/weibo/account', 'operate', async (context) => {
    const { who, words } = context.var;
    return taken(
      context,
      await takeOtherAccount(desk, who, (await formOf(context)).ticket ?? '', words),
    );
  });
  protectedRoute('post', '/channels/:name/ask', 'operate', async (context) => {
    const { words } = context.var;
    const name = param(context, 'name');
    const note = await askNow(desk, name, words);
    const w = words.desk.channels;
    const shown = words.channel(name);
    return note.wrong.length === 0
      ? go(context, '/desk/channels/', w.askedReady(shown))
      : go(context, '/desk/channels/', w.askedNot(shown, reasonsOf(note, words)), [], 'bad');
  });
  // A link, not a form: a form may lead to pages of the desk alone. It changes nothing but what
  // this person may bring back.
  protectedRoute('get', '/channels/:name/authorize', 'operate', async (context) => {
    const { who, words } = context.var;
    // Another site's page must not begin it: whoever agrees at Weibo has begun it here.
    const w = words.desk.refused;
    if (isFromElsewhere(desk, context))
      throw new RequestError(403, 'csrf', w.csrf, { hint: w.csrfHow });
    return context.redirect(await beginConsent(desk, who, param(context, 'name'), words), 303);
  });
}
