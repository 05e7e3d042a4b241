// Who was refused what they may not do: in the journal, once a minute for each person and route, so
// that nobody can fill it. Not for deciding it: session.ts. Strangers are not here: they are asked
// to sign in.
import { routePath } from 'hono/route';
import type { RequestError } from '../../lib/request-error.ts';
import type { Desk, DeskContext, Principal } from '../shell/desk.ts';

/** The same refusal within so long is the same line, seconds. */
const AGAIN_S = 60;

/** Notes that somebody who is signed in was answered 403. */
export async function noteRefusal(
  { app }: Desk,
  context: DeskContext,
  at: string,
  { account, from, via }: Principal,
  { code }: RequestError,
): Promise<void> {
  const { accounts, clock, journal } = app;
  // The route and not the path: there are as many routes as we wrote, and as many paths as somebody
  // likes to ask for.
  const route = `${context.req.method} ${at}${routePath(context)}`;
  if (!(await accounts.firstIn(`refused:${account.name}:${route}`, AGAIN_S))) return;
  await journal.append('refused', '', account.name, clock.now(), { code, route, from, via });
}
