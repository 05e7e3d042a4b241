// The desk of a bureau in a test: its people, and requests as a browser or a program makes them.
import { join } from 'node:path';
import { hashPassword } from '../../src/desk/auth/secrets.ts';
import { apartOf, deskApps } from '../../src/desk/index.ts';
import type { Desk } from '../../src/desk/shell/desk.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { newAccount, type Role } from '../../src/ledger/accounts.ts';
import { startWeb } from '../../src/site/serve/server.ts';
import { requestAcknowledgement, watchdogIncidents } from '../../src/watchdog/store.ts';
import type { Watched } from './alarm.ts';

export const PASSWORD = 'correct horse battery';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Somebody who is signed in. */
export interface Visitor {
  get(path: string): Promise<Answer>;
  /** Sends a form as the page would, and follows to the page that says what came of it. */
  post(
    path: string,
    form?: Readonly<Record<string, string | readonly string[] | File>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Opens a page and sends its form, with what stands in it unseen. */
  fill(
    path: string,
    form: Readonly<Record<string, string | readonly string[] | File>>,
  ): Promise<Answer>;
  readonly cookie: string;
  readonly csrf: string;
}

export interface TestDesk {
  readonly url: string;
  readonly desk: Desk;
  /** Adds somebody with the one password. */
  person(name: string, ...roles: Role[]): Promise<void>;
  /**
   * @param from the address that a proxy tells
   * @returns what the browser keeps, or the answer where there is none
   */
  signIn(name: string, password?: string, from?: string): Promise<Visitor>;
  send(path: string, init?: RequestInit): Promise<Answer>;
  /** A token with these scopes. */
  token(name: string, ...scopes: string[]): Promise<string>;
  close(): Promise<void>;
}

let hashed: Promise<string> | undefined;

/**
 * @param bureau closed by whoever made it @param onError told of faults of ours, which a test
 *   otherwise fails on where it sees the 500
 * @param restart what whoever keeps its process does when it is asked to
 */
export async function testDesk(
  bureau: Watched,
  onError?: (error: unknown) => void,
  restart?: () => void,
): Promise<TestDesk> {
  const words = messagesFor('zh');
  const { app, rounds } = bureau;
  const errors: unknown[] = [];
  const desk: Desk = {
    app,
    words,
    applyPlan: () => rounds.applyPlan(),
    contentChanged: () => rounds.contentChanged(),
    log: (error) => {
      errors.push(error);
      onError?.(error);
    },
    tell: (say, concerned) => rounds.monitor.letters.tell(say, concerned),
    restart,
    watchdog: {
      incidents: async () => [
        ...(await watchdogIncidents(join(bureau.folder, 'var', 'watchdog'))).values(),
      ],
      acknowledge: (id, by) =>
        requestAcknowledgement(join(bureau.folder, 'var', 'watchdog'), id, by),
    },
  };
  const web = await startWeb({
    root: join(bureau.folder, 'var', 'site', 'current'),
    host: '127.0.0.1',
    port: 0,
    words,
    more: deskApps(desk),
    apart: apartOf(app.config),
    failed: (error) => desk.log(error, '/'),
  });
  const url = `http://127.0.0.1:${web.port}`;
  const send = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
    const text = await answer.text();
    if (answer.status === 500)
      throw new Error(
        `500 at ${path}: ${String((errors.at(-1) as Error)?.stack ?? errors.at(-1))}`,
      );
    return { status: answer.status, text, headers: answer.headers };
  };
  const cookieIn = ({ headers }: Answer): string =>
    headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .find((one) => one?.startsWith('banli=')) ?? '';
  return {
    url,
    desk,
    send,
    async person(name, ...roles) {
      hashed ??= hashPassword(PASSWORD);
      await app.accounts.add({ ...newAccount(name, name, roles), password: await hashed });
    },
    async signIn(name, password = PASSWORD, from = '127.0.0.1') {
      const headers = { 'x-forwarded-for': from };
      const answer = await send('/desk/sign-in', {
        method: 'POST',
        headers,
        body: new URLSearchParams({ name, password }),
      });
      let cookie = cookieIn(answer);
      if (cookie === '')
        throw new Error(
          `${answer.status} ${/role="alert"><p>([^<]+)/.exec(answer.text)?.[1] ?? answer.text.slice(0, 300)}`,
        );
      const proof = async (): Promise<string> =>
        /name="csrf" value="([^"]+)"/.exec(
          (await send('/desk/me/', { headers: { cookie } })).text,
        )?.[1] ?? '';
      let csrf = await proof();
      const get = (path: string): Promise<Answer> => send(path, { headers: { cookie } });
      const visitor: Visitor = {
        get cookie() {
          return cookie;
        },
        get csrf() {
          return csrf;
        },
        get,
        async post(path, form = {}, headers = {}) {
          const files = Object.values(form).some((one) => one instanceof File);
          const body = files ? new FormData() : new URLSearchParams();
          body.append('csrf', csrf);
          for (const [key, value] of Object.entries(form))
            for (const one of [value].flat()) body.append(key, one as string);
          const done = await send(path, { method: 'POST', headers: { cookie, ...headers }, body });
          // Another session goes on in the place of this one.
          const fresh = cookieIn(done);
          if (fresh !== '') {
            cookie = fresh;
            csrf = await proof();
          }
          const to = done.headers.get('location');
          return done.status === 303 && to ? get(to) : done;
        },
        async fill(path, form) {
          const { text } = await get(path);
          const unseen = [
            ...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g),
          ].map((match) => [match[1], match[2]] as const);
          return visitor.post(path, {
            ...Object.fromEntries(unseen.filter(([name]) => name === 'base')),
            ...form,
          });
        },
      };
      return visitor;
    },
    async token(name, ...scopes) {
      const now = app.clock.now();
      const secrets = (await app.accounts.get(name))?.secrets ?? 0;
      return (
        await app.accounts.issue(
          { name, secrets },
          'test',
          scopes,
          now,
          (now + 3_600_000) as typeof now,
        )
      ).secret;
    },
    close: () => web.close(),
  };
}
