// `banli start`: keeps the processes of a service, and does nothing else. They share no event loop:
// what holds one up (a page, an upload, a plan) makes no release late. For what each does see
// serve.ts; for how they are kept supervisor.ts.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { languageOfTerminal } from '../i18n/environment.ts';
import { messagesFor } from '../i18n/index.ts';
import { print } from './print.ts';
import { signalled } from './signals.ts';
import { type KeptEvent, KeptProcess, type KeptSays, PATIENCE } from './supervisor.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
/**
 * Loading the program makes Node's nursery for young objects grow to 48 MB for good; with 12 it is
 * as quick, and each process smaller.
 */
const YOUNG = '--max-semi-space-size=4';
/** All of it ends in under two seconds. */
const STOP_MS = { watchdog: 1000, web: 1000, engine: 1900 };

export async function start(options: { watchdog: boolean }, command: Command): Promise<number> {
  const words = messagesFor(languageOfTerminal(process.env)).cli;
  const folder = resolve(String(command.optsWithGlobals().config));
  const tell = ({ name, what, why, waitMs }: KeptEvent): void =>
    void process.stderr.write(
      `${what === 'hung' ? words.partHung(name) : words.partEnded(name, why, waitMs)}\n`,
    );
  const run = (...args: string[]): string[] => [YOUNG, MAIN, '--config', folder, ...args];
  const watchdog = new KeptProcess({ name: 'watchdog', args: run('watchdog'), apart: true }, tell);
  let isUp = false;
  // It starts once there is somebody whom it could tell: the settings may have said so since.
  const watch = (): void => {
    if (options.watchdog && watchdog.pid === undefined) watchdog.start();
  };
  const heard = (said: KeptSays): void => {
    if (isUp && said.say === 'ready' && said.watched) watch();
    if (said.say === 'restart') void restart();
  };
  const engine = new KeptProcess({ name: 'engine', args: run('serve', 'engine'), heard }, tell);
  // The web process once up is tried for ever: what strangers send may end it, and never the engine
  // with it.
  const web = new KeptProcess({ name: 'web', args: run('serve', 'web'), heard }, tell, {
    ...PATIENCE,
    mostFailures: Number.POSITIVE_INFINITY,
  });
  // The settings have changed, and each of them reads them when it starts.
  const restart = async (): Promise<void> => {
    process.stderr.write(`${words.partsRestart}\n`);
    await Promise.all([
      watchdog.restart(STOP_MS.watchdog),
      web.restart(STOP_MS.web),
      engine.restart(STOP_MS.engine),
    ]);
  };
  const ended = signalled();
  const lost = Promise.race([engine.lost, web.lost]);
  engine.start();
  web.start();
  const ready = await Promise.race([Promise.all([engine.ready, web.ready]), ended, lost]);
  if (Array.isArray(ready)) {
    const [{ watched }, { url = '', notes = [] }] = ready;
    isUp = true;
    if (watched) watch();
    print(words.ready(url));
    for (const one of notes) print(one);
    await Promise.race([ended, lost]);
  }
  // A promise that was never settled says nothing; one that was, why it cannot go on.
  const why = await Promise.race([lost, Promise.resolve(undefined)]);
  // In reverse order, but that the engine, which has most to bring to its end, need not wait for
  // the others.
  await Promise.all([
    watchdog.stop(STOP_MS.watchdog),
    web.stop(STOP_MS.web),
    engine.stop(STOP_MS.engine),
  ]);
  if (why !== undefined) return 1;
  print(words.stopped);
  return 0;
}
