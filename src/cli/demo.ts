// `banli demo`: sandbox and service on free ports, a plan whose next releases come due within the
// minute, and a live view. Not for what it publishes (demo-plan.ts) nor for what is seen of it
// (demo-watch.ts).
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { folderOf } from '../content/bundle.ts';
import { languageIn, type Messages } from '../i18n/index.ts';
import { minuteIn } from '../plan/time.ts';
import { stopEmbedded } from '../redis/embedded-server.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { contextOf, print, table } from './context.ts';
import { type DemoPlan, demoPlan, writeDemoContent } from './demo-plan.ts';
import { quantile, type SeenPublication, Watch } from './demo-watch.ts';
import { sandboxEnv, sandboxYaml } from './sandbox.ts';

const SAMPLE = fileURLToPath(new URL('../../../config/plan/2026.yaml', import.meta.url));
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const CHANNELS = ['website', 'catalogue', 'wechat', 'weibo'];
const LONGEST_MS = 82_000;
/**
 * So much longer where its service was killed: whether WeChat has had a draft is certain only after
 * three minutes.
 */
const DOUBT_MS = 230_000;

export async function demo(options: { once?: boolean }, command: Command): Promise<number> {
  const { words } = contextOf(command);
  const folder = await mkdtemp(join(tmpdir(), 'banli-demo-'));
  const sandbox = await startSandbox({ language: languageIn(words) });
  const port = await freePort();
  const site = `http://127.0.0.1:${port}/`;
  const plan = demoPlan(await readFile(SAMPLE, 'utf8'), Date.now(), CHANNELS);
  await prepare(folder, plan, sandbox, port, words);
  sandbox.world.setFault({
    channel: 'wechat',
    route: 'freepublish/submit',
    kind: 'audit-refused',
    times: 1,
    after: 0,
    key: plan.refused.id,
    seconds: 0,
  });
  const service = new Supervised(folder, words);
  const watch = new Watch(plan.releases, site, join(folder, 'var', 'site'), sandbox);
  const interrupted = new AbortController();
  process.on('SIGINT', () => interrupted.abort());
  process.on('SIGTERM', () => interrupted.abort());
  try {
    introduce(plan, site, sandbox, words);
    service.start();
    watch.start();
    await addPerson(folder, site, words);
    await follow(
      watch,
      sandbox,
      words,
      () => interrupted.signal.aborted || isDone(watch, plan, sandbox),
      () => service.wasKilled,
    );
    const verdict = judge(watch, plan, sandbox);
    for (const wrong of verdict.wrong) print(`${words.cli.demo.wrong}${wrong}`);
    if (!options.once && !interrupted.signal.aborted) {
      print(words.cli.demo.stay);
      await new Promise<void>((done) => interrupted.signal.addEventListener('abort', () => done()));
    }
    await service.stop();
    print(words.cli.demo.done);
    print(JSON.stringify(verdict.figures));
    return verdict.wrong.length === 0 ? 0 : 1;
  } finally {
    watch.stop();
    await service.stop();
    // A service that ends before it is up, or was killed, leaves its Redis to the next one: here
    // there is none.
    await stopEmbedded(join(folder, 'var', 'redis'));
    await sandbox.close();
    // The watchdog of a service that was killed still writes there, until it finds that its folder
    // is gone.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }
}

async function prepare(
  folder: string,
  plan: DemoPlan,
  sandbox: Sandbox,
  port: number,
  words: Messages,
): Promise<void> {
  await mkdir(join(folder, 'config', 'plan'), { recursive: true });
  await mkdir(join(folder, 'var', 'site'), { recursive: true });
  await writeFile(join(folder, 'config', 'plan', 'demo.yaml'), plan.text);
  await writeFile(
    join(folder, 'config', 'banli.yaml'),
    `bureau: { zh: 成都市统计局, en: Chengdu Bureau of Statistics }
language: ${languageIn(words)}
site: { port: ${port}, sample: true }
schedule: { sweep: 1s, reconcile: 10s }
alerts: { before: [lead], weekAhead: never, monthBack: never, planEnds: never }
${sandboxYaml(sandbox.ports)}
`,
  );
  for (const release of plan.releases) {
    if (release.id === plan.withoutContent.id) continue;
    const period = release.period === undefined ? '' : words.site.periodName(release.period);
    await writeDemoContent(join(folder, 'content', folderOf(release)), release, period);
  }
}

function introduce(plan: DemoPlan, site: string, sandbox: Sandbox, words: Messages): void {
  const w = words.cli.demo;
  print(w.starting);
  print(`${w.open}\n  ${w.site}  ${site}\n  ${w.inbox}  http://127.0.0.1:${sandbox.ports.page}/`);
  print(`· ${w.expected(plan.withoutContent.id)}\n· ${w.refused(plan.refused.id)}\n`);
}

/** Somebody who may look at the desk, with a password that is only good here. */
async function addPerson(folder: string, site: string, words: Messages): Promise<void> {
  const password = randomBytes(9).toString('base64url');
  const child = spawn(
    process.execPath,
    [MAIN, '--config', join(folder, 'config'), 'people', 'add', 'demo', '--display', 'demo'],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, ...sandboxEnv },
    },
  );
  child.stdin?.end(`${password}\n`);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) print(`  ${words.cli.demo.desk(`${site}desk/`, 'demo', password)}`);
}

/** The service as a child; started again when it ends without being asked to. */
class Supervised {
  readonly #folder: string;
  readonly #words: Messages;
  #child: ChildProcess | undefined;
  #stopping = false;
  wasKilled = false;

  constructor(folder: string, words: Messages) {
    this.#folder = folder;
    this.#words = words;
  }

  start(): void {
    const child = spawn(
      process.execPath,
      [MAIN, '--config', join(this.#folder, 'config'), 'start'],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, ...sandboxEnv },
        // A group of its own: `kill -9 -<pid>` ends all of the service, as a power cut would.
        detached: true,
      },
    );
    this.#child = child;
    print(`service pid ${child.pid}`);
    child.once('exit', () => {
      if (this.#stopping) return;
      this.wasKilled = true;
      print(this.#words.cli.demo.restarted);
      setTimeout(() => this.#stopping || this.start(), 500);
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(8000).then(() => child.kill('SIGKILL'))]);
  }
}

/**
 * Shows what is public until it is over: a table that is drawn again on a terminal, else a line at
 * each change.
 */
async function follow(
  watch: Watch,
  sandbox: Sandbox,
  words: Messages,
  over: () => boolean,
  wasKilled: () => boolean,
): Promise<void> {
  const from = Date.now();
  const goesOn = (): boolean => Date.now() - from < LONGEST_MS + (wasKilled() ? DOUBT_MS : 0);
  const told = new Set<SeenPublication>();
  let mails = 0;
  let drawn = 0;
  while (!over() && goesOn()) {
    if (process.stdout.isTTY) {
      const picture = draw(watch, sandbox, words);
      process.stdout.write(`${drawn > 0 ? `\u001b[${drawn}A\u001b[J` : ''}${picture}\n`);
      drawn = picture.split('\n').length;
    } else {
      for (const one of watch.seen) {
        if (one.since === undefined || told.has(one)) continue;
        told.add(one);
        print(
          `${minuteIn(one.release.due, one.release.timezone)}  ${one.release.id}  ${words.channel(one.channel)}  ${words.cli.demo.published}  ${late(one, words)}`,
        );
      }
      for (const mail of sandbox.mails.slice(mails))
        print(`${words.cli.demo.mail}  ${mail.subject}`);
      mails = sandbox.mails.length;
    }
    await sleep(200);
  }
}

function late(one: SeenPublication, words: Messages): string {
  if (one.since === undefined) return '';
  const ms = one.since - one.release.due;
  return ms < 0 ? words.cli.demo.early : `+${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function draw(watch: Watch, sandbox: Sandbox, words: Messages): string {
  const releases = [...new Set(watch.seen.map((one) => one.release))];
  const cell = (release: SeenPublication['release'], channel: string): string => {
    const one = watch.seen.find((seen) => seen.release === release && seen.channel === channel);
    return one === undefined ? '' : one.since === undefined ? '·' : `✓ ${late(one, words)}`;
  };
  const left = (due: number): string =>
    due > Date.now() ? `-${Math.ceil((due - Date.now()) / 1000)} s` : words.cli.demo.at;
  const rows = releases.map((release) => [
    minuteIn(release.due, release.timezone).slice(11),
    left(release.due),
    release.id,
    release.name.zh,
    ...CHANNELS.map((channel) => cell(release, channel)),
  ]);
  const c = words.cli.columns;
  return [
    table([c.due, '', c.release, c.name, ...CHANNELS.map(words.channel)], rows),
    ...sandbox.mails.map((mail) => `✉ ${mail.subject}`),
  ].join('\n');
}

/** Publications that must stay unseen: those without content, and the one that WeChat refuses. */
function mustMiss(one: SeenPublication, plan: DemoPlan): boolean {
  return (
    one.release.id === plan.withoutContent.id ||
    (one.release.id === plan.refused.id && one.channel === 'wechat')
  );
}

function toldOf(sandbox: Sandbox, id: string, words: readonly string[]): boolean {
  return sandbox.mails.some(
    (mail) => mail.text.includes(id) && words.some((word) => mail.text.includes(word)),
  );
}

const MISSED_WORDS = ['未按时发布', 'Not published in time'];

function isDone(watch: Watch, plan: DemoPlan, sandbox: Sandbox): boolean {
  const shown = watch.seen.every((one) => mustMiss(one, plan) || one.since !== undefined);
  return (
    shown &&
    [plan.withoutContent, plan.refused].every((release) =>
      toldOf(sandbox, release.id, MISSED_WORDS),
    )
  );
}

function judge(
  watch: Watch,
  plan: DemoPlan,
  sandbox: Sandbox,
): { figures: object; wrong: string[] } {
  const shown = watch.seen.filter((one) => one.since !== undefined);
  const lateness = shown.map((one) => (one.since ?? 0) - one.release.due).sort((a, b) => a - b);
  const missed = new Set(
    watch.seen.filter((one) => one.since === undefined).map((one) => one.release.id),
  );
  const early = lateness.filter((ms) => ms < 0).length;
  const doubled = shown.filter((one) => one.times > 1).length;
  const wrong: string[] = [];
  if (early > 0) wrong.push(`early ${early}`);
  if (doubled > 0) wrong.push(`doubled ${doubled}`);
  for (const one of watch.seen)
    if (mustMiss(one, plan) !== (one.since === undefined))
      wrong.push(`${one.release.id}@${one.channel}`);
  for (const release of [plan.withoutContent, plan.refused])
    if (!toldOf(sandbox, release.id, MISSED_WORDS)) wrong.push(`no mail about ${release.id}`);
  return {
    wrong,
    figures: {
      releases: plan.releases.length,
      publications: watch.seen.length,
      public: shown.length,
      early,
      doubled,
      missed: missed.size,
      mails: sandbox.mails.length,
      latenessMs: {
        p50: Math.round(quantile(lateness, 0.5) * 10) / 10,
        max: Math.round((lateness.at(-1) ?? 0) * 10) / 10,
      },
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
