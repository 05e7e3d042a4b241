// `--server URL`: the everyday commands against a desk elsewhere, by its API and a token. Not for
// commands that need this machine's own files.

import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { actorName, eventName, subjectName } from '../desk/journal/event-words.ts';
import type { Messages } from '../i18n/index.ts';
import { BanliError } from '../lib/errors.ts';
import { contextOf, print, printJson, table } from './context.ts';
import { settlementOf } from './settle-options.ts';

const LIMIT_MS = 60_000;
const problem = z.object({
  message: z.string(),
  hint: z.string().optional(),
  lines: z.array(z.string()).optional(),
});
const done = z.object({ done: z.array(z.object({ outcome: z.string(), message: z.string() })) });
const releases = z.object({
  releases: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      dueText: z.string(),
      statusName: z.string(),
      publications: z.array(
        z.object({
          channelName: z.string(),
          stateName: z.string(),
          note: z.string(),
          url: z.string().optional(),
        }),
      ),
    }),
  ),
});
const incidents = z.object({
  incidents: z.array(
    z.object({
      id: z.string(),
      openedText: z.string(),
      severityName: z.string(),
      head: z.string(),
      acknowledged: z.string().optional(),
    }),
  ),
});
const events = z.object({
  events: z.array(
    z.object({ at: z.string(), event: z.string(), subject: z.string(), actor: z.string() }),
  ),
});
const plan = z.object({ problems: z.array(z.string()) });

const OK_OUTCOMES = ['asked', 'held', 'done', 'approved', 'acknowledged', 'unchanged', 'settled'];

/** Asks the desk. @throws BanliError with what it said */
async function ask(
  server: string,
  method: string,
  path: string,
  body: object | undefined,
  words: Messages,
): Promise<unknown> {
  const w = words.desk.cli;
  const token = process.env.BANLI_TOKEN;
  if (!token) throw new BanliError('no-token', w.noToken, { hint: w.noTokenHow });
  const url = new URL(`api/v1/${path}`, server.endsWith('/') ? server : `${server}/`);
  let answer: Response;
  try {
    answer = await fetch(url, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: {
        authorization: `Bearer ${token}`,
        cookie: `banli-lang=${words.lang.startsWith('en') ? 'en' : 'zh'}`,
        ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (cause) {
    throw new BanliError('unreachable', w.unreachable(url.origin), { cause });
  }
  const value: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return value;
  const told = problem.safeParse(value);
  const {
    message,
    hint,
    lines = [],
  } = told.success ? told.data : { message: w.serverSaid(answer.status), hint: undefined };
  throw new BanliError('server', [message, ...lines].join('\n'), { hint });
}

type Options = Readonly<Record<string, unknown>>;

/** What a command is as a request, and how its answer is shown. */
interface Remote {
  request(
    args: readonly string[],
    options: Options,
    words: Messages,
  ): { method: string; path: string; body?: object };
  /** @returns the exit code */
  show(answer: unknown, words: Messages, args: readonly string[]): number;
}

const operation = (name: string): Remote => ({
  request: ([id = ''], { reason, channel, digest }) => ({
    method: 'POST',
    path: `releases/${encodeURIComponent(id)}/${name}`,
    body: {
      ...(reason ? { reason } : {}),
      ...(channel ? { channel } : {}),
      ...(digest ? { digest } : {}),
    },
  }),
  show(answer) {
    const all = done.parse(answer).done;
    for (const { message } of all) print(message);
    return all.some(({ outcome }) => OK_OUTCOMES.includes(outcome)) ? 0 : 1;
  },
});

const publications: Remote = {
  request: ([id]) => ({
    method: 'GET',
    path: id === undefined ? 'today' : `releases/${encodeURIComponent(id)}`,
  }),
  show(answer, words, [id]) {
    const c = words.cli.columns;
    const found =
      id === undefined
        ? Object.values(answer as object)
            .flat()
            .filter((one) => typeof one === 'object' && one !== null && 'publications' in one)
        : [answer];
    const rows = releases
      .parse({ releases: found })
      .releases.flatMap((one) =>
        one.publications.map((publication) => [
          one.dueText,
          one.id,
          publication.channelName,
          publication.stateName,
          publication.note || (publication.url ?? ''),
        ]),
      );
    print(
      rows.length === 0
        ? words.cli.nothingThere
        : table([c.due, c.release, c.channel, c.status, c.reason], rows),
    );
    return 0;
  },
};

const REMOTE: Readonly<Record<string, Remote>> = {
  publish: operation('publish'),
  retry: operation('retry'),
  hold: operation('hold'),
  settle: {
    request(args, options, words) {
      const { name, channel } = settlementOf(options, words);
      return operation(name).request(args, { channel }, words);
    },
    show: operation('is-public').show,
  },
  done: operation('done'),
  approve: operation('approve'),
  correct: operation('correct'),
  withdraw: operation('withdraw'),
  status: publications,
  incidents: {
    request: () => ({ method: 'GET', path: 'incidents' }),
    show(answer, words) {
      const c = words.acts.columns;
      const all = incidents.parse(answer).incidents;
      print(
        all.length === 0
          ? words.acts.none
          : table(
              [c.id, c.since, c.severity, c.what, c.by],
              all.map((one) => [
                one.id,
                one.openedText,
                one.severityName,
                one.head,
                one.acknowledged ?? '',
              ]),
            ),
      );
      return 0;
    },
  },
  ack: {
    request: ([id = '']) => ({
      method: 'POST',
      path: `incidents/${encodeURIComponent(id)}/ack`,
      body: {},
    }),
    show: operation('ack').show,
  },
  journal: {
    request: ([subject], { limit }) => ({
      method: 'GET',
      path: `journal?${new URLSearchParams({ ...(subject ? { subject } : {}), limit: String(limit ?? 50) })}`,
    }),
    show(answer, words) {
      const c = words.cli.columns;
      print(
        table(
          [c.time, c.event, c.subject, c.actor],
          events
            .parse(answer)
            .events.map((one) => [
              one.at.slice(0, 19).replace('T', ' '),
              eventName(one, words),
              subjectName(one, words),
              actorName(one, words),
            ]),
        ),
      );
      return 0;
    },
  },
  'plan show': {
    request: (_, { year, from = year && `${year}-01-01`, to = year && `${year}-12-31` }) => ({
      method: 'GET',
      path: `releases?${new URLSearchParams({ ...(from ? { from: String(from) } : {}), ...(to ? { to: String(to) } : {}) })}`,
    }),
    show(answer, words) {
      const c = words.cli.columns;
      print(
        table(
          [c.due, c.release, c.name, c.status],
          releases
            .parse(answer)
            .releases.map((one) => [one.dueText, one.id, one.name, one.statusName]),
        ),
      );
      return 0;
    },
  },
  'plan check': {
    request: () => ({ method: 'GET', path: 'plan' }),
    show(answer) {
      const { problems } = plan.parse(answer);
      for (const one of problems) print(one);
      return problems.length === 0 ? 0 : 1;
    },
  },
};

/**
 * Runs a command on a desk elsewhere.
 * @param name as it is typed: `plan show`
 * @throws BanliError where the command needs this machine
 */
export async function runRemote(
  server: string,
  name: string,
  args: readonly string[],
  options: Options & { json?: boolean },
  command: Command,
): Promise<number> {
  const { words } = contextOf(command);
  const remote = REMOTE[name];
  if (!remote)
    throw new BanliError('not-remote', words.desk.cli.notRemote, {
      hint: words.desk.cli.notRemoteHow,
    });
  const { method, path, body } = remote.request(args, options, words);
  const answer = await ask(server, method, path, body, words);
  if (!options.json) return remote.show(answer, words, args);
  printJson(answer);
  return 0;
}
