// `banli sandbox`: stand-ins for the channels until Ctrl-C. Prints the channels' part of a
// configuration that points at it.
import type { Command } from 'commander';
import { languageIn } from '../i18n/index.ts';
import { BanliError } from '../lib/errors.ts';
import { SANDBOX, type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { contextOf, print } from './context.ts';
import { signalled } from './signals.ts';

/** Six more follow it. */
const HIGHEST_PORT = 65_529;
const OPERATOR = 'operator@example.cn';

export async function sandbox(
  options: {
    port: string;
    account: 'service' | 'subscription';
    drafts: 'at-submit' | 'at-completion';
    generous?: boolean;
  },
  command: Command,
): Promise<number> {
  const { words } = contextOf(command);
  const first = Number(options.port);
  if (!Number.isInteger(first) || first < 0 || first > HIGHEST_PORT)
    throw new BanliError('usage', words.cli.sandbox.badPort(options.port), {
      hint: words.cli.sandbox.badPortHow,
    });
  const ports =
    first === 0
      ? {}
      : {
          page: first,
          wechat: first + 1,
          weibo: first + 2,
          catalogue: first + 3,
          smtp: first + 4,
          robots: first + 5,
          wordpress: first + 6,
        };
  const running = await startSandbox({
    ports,
    language: languageIn(words),
    account: options.account,
    drafts: options.drafts,
    generous: options.generous === true,
  });
  print(words.cli.sandbox.started);
  print(`  ${words.cli.sandbox.page}  http://127.0.0.1:${running.ports.page}/`);
  print(`  ${words.cli.sandbox.robots}  http://127.0.0.1:${running.ports.robots}/\n`);
  const w = words.cli.sandbox;
  print(`${w.intoYaml}\n\n${practiceYaml(running.ports, options.generous === true)}\n`);
  print(`${w.intoEnv}\n\n${sandboxSecrets}\n`);
  print(w.thenStart);
  print(`\n${words.cli.sandbox.stop}`);
  await signalled();
  await running.close();
  return 0;
}

type Ports = Pick<Sandbox['ports'], 'wechat' | 'weibo' | 'catalogue' | 'smtp'>;

/**
 * `channels:` and `mail:` for a configuration that talks to a sandbox, letters to one address; its
 * secrets are `sandboxEnv`.
 */
export const sandboxYaml = (ports: Ports, generous = false): string =>
  yamlOf(ports, `, to: [${OPERATOR}]`, generous);

/** The same as people write it: whom to tell stands under `people`. */
const practiceYaml = (ports: Sandbox['ports'], generous: boolean): string =>
  `${yamlOf(ports, '', generous, othersOf(ports))}\npeople:\n  - { name: 王敏, mail: ${OPERATOR} }`;

/**
 * More kinds, for whoever tries them. Not in force as they are printed: a plan that names no
 * channels has all that are configured, and would wait for people to publish in a newspaper.
 */
const othersOf = (ports: Sandbox['ports']): string => `
  # news: { kind: wordpress, url: "http://127.0.0.1:${ports.wordpress}/", user: ${SANDBOX.wordpress.user}, password: { env: SANDBOX_WORDPRESS_PASSWORD } }
  # newspaper: { kind: manual, mail: ${OPERATOR} }
  # press: { kind: email, to: [press@paper.example.cn] }`;

/** As many calls as there may be: an account of a sandbox without limits. */
const GENEROUS =
  ', callsPerDay: { freepublish/submit: 1000000, freepublish/get: 1000000, freepublish/batchget: 1000000, draft/get: 1000000, draft/count: 1000000 }';
const GENEROUS_WEIBO = ', callsPerDay: 1000000';

function yamlOf(ports: Ports, to: string, generous: boolean, others = ''): string {
  return `channels:
  website: { kind: website }
  catalogue: { kind: http, url: "http://127.0.0.1:${ports.catalogue}/catalogue", secret: { env: SANDBOX_WEBHOOK_SECRET } }
  wechat: { kind: wechat, appId: ${SANDBOX.appId}, secret: { env: SANDBOX_WECHAT_SECRET }, baseUrl: "http://127.0.0.1:${ports.wechat}", author: 颁历沙盒, draftLeaves: 10s${generous ? GENEROUS : ''} }
  weibo: { kind: weibo, accessToken: { env: SANDBOX_WEIBO_TOKEN }, app: { key: "${SANDBOX.weiboApp.key}", secret: { env: SANDBOX_WEIBO_APP_SECRET } }, baseUrl: "http://127.0.0.1:${ports.weibo}", safeDomain: ${SANDBOX.safeDomain}, rip: ${SANDBOX.rip}${generous ? GENEROUS_WEIBO : ''} }${others}
mail: { host: 127.0.0.1, port: ${ports.smtp}, requireTls: false, from: "颁历 <banli@example.cn>"${to} }`;
}

/** The environment that such a configuration needs. */
export const sandboxEnv: Readonly<Record<string, string>> = {
  SANDBOX_WEBHOOK_SECRET: SANDBOX.webhookSecret,
  SANDBOX_WECHAT_SECRET: SANDBOX.wechatSecret,
  SANDBOX_WORDPRESS_PASSWORD: SANDBOX.wordpress.password,
  SANDBOX_WEIBO_TOKEN: SANDBOX.weiboToken,
  SANDBOX_WEIBO_APP_SECRET: SANDBOX.weiboApp.secret,
};

/** The same as lines of `.env`. */
const sandboxSecrets = Object.entries(sandboxEnv)
  .map(([name, value]) => `${name}=${value}`)
  .join('\n');
