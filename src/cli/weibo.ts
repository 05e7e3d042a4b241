// `banli weibo login`: authorises Weibo from the command line: prints the page where the account's
// owner says yes, takes the code that Weibo answers with, keeps the token. For the same in a browser
// see desk/channels/.
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { exchangeCode, weiboConsentUrl } from '../channels/weibo-authorization.ts';
import type { ChannelConfig } from '../config/channels.ts';
import { keepGrant, weiboBack } from '../desk/channels/channels.ts';
import type { Messages } from '../i18n/index.ts';
import { BanliError } from '../lib/errors.ts';
import { instant } from '../lib/instant.ts';
import { minuteIn } from '../plan/time.ts';
import { channelOption, contextOf, note, print, withApp } from './context.ts';

const CALL_MS = 15_000;

/**
 * @param options.redirect the call-back address as it stands in the app's settings at Weibo, where
 *   that is not the desk's
 */
export function login(
  options: { channel?: string; redirect?: string; otherAccount?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const w = words.cli.weibo;
  return withApp(context, async (app) => {
    const { name, config } = weiboOf(app.config.channels, options.channel, words);
    if (!config.app) throw new BanliError('no-app', w.noApp, { hint: w.noAppHow });
    const redirect = options.redirect ?? weiboBack({ app });
    const state = randomBytes(16).toString('base64url');
    note(w.open);
    print(weiboConsentUrl(config.baseUrl, config.app, redirect, state));
    note(w.paste(redirect));
    const code = codeIn(await readAnswer(), state, words);
    const signal = AbortSignal.timeout(CALL_MS);
    const grant = await exchangeCode(config.baseUrl, config.app, redirect, code, signal);
    if (!('token' in grant))
      throw new BanliError(
        'not-granted',
        w.notGranted(words.reason(grant.code, grant.detail, '')),
        {
          hint: w.notGrantedHow(redirect),
        },
      );
    const before = (await app.preflights.all()).get(name)?.account;
    if (before !== undefined && before !== grant.uid && options.otherAccount !== true)
      throw new BanliError('other-account', w.otherAccount(before, grant.uid), {
        hint: words.command('weibo login --other-account'),
      });
    const by = { actor: userInfo().username, from: 'cli' };
    const { wrong } = await keepGrant({ app }, by, name, grant, words);
    const until = instant(app.clock.now() + grant.forMs);
    print(w.kept(grant.uid, minuteIn(until, app.planService.calendar().timezone)));
    print(w.lifetimes);
    for (const { code: why, detail } of wrong) print(`✗ ${words.reason(why, detail, '')}`);
    return wrong.length === 0 ? 0 : 1;
  });
}

/** The channel that is meant: the one of this kind, unless several are configured. */
function weiboOf(
  channels: ReadonlyMap<string, ChannelConfig>,
  wanted: string | undefined,
  words: Messages,
): { name: string; config: Extract<ChannelConfig, { kind: 'weibo' }> } {
  const all = [...channels].flatMap(([name, config]) =>
    config.kind === 'weibo' ? [{ name, config }] : [],
  );
  const name = channelOption(
    wanted,
    all.map((one) => one.name),
    words,
    words.cli.noChannel,
  );
  const [first, second] = name === undefined ? all : all.filter((one) => one.name === name);
  const w = words.cli.weibo;
  if (!first) throw new BanliError('no-weibo', w.none, { hint: w.noAppHow });
  if (second)
    throw new BanliError('which-weibo', w.several, {
      hint: words.command(`weibo login --channel ${first.name}`),
    });
  return first;
}

/**
 * The code, from what was pasted: the code alone, or the whole address that Weibo led to.
 * @throws BanliError where it is none, or the answer to another question
 */
function codeIn(pasted: string, state: string, words: Messages): string {
  const w = words.cli.weibo;
  if (!URL.canParse(pasted)) {
    if (/^[\w-]{8,}$/.test(pasted)) return pasted;
    throw new BanliError('no-code', w.noCode, { hint: words.command('weibo login') });
  }
  const query = new URL(pasted).searchParams;
  const code = query.get('code');
  if (code === null || code === '' || query.get('state') !== state)
    throw new BanliError('no-code', w.noCode, { hint: words.command('weibo login') });
  return code;
}

/** The first line that says something, from the terminal or piped in; never an argument. */
async function readAnswer(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) if (line.trim() !== '') return line.trim();
  } finally {
    lines.close();
  }
  return '';
}
