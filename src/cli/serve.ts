// `banli start`, `worker`, `web`: long-running processes that end at SIGINT or SIGTERM within two seconds.
import { join } from 'node:path';
import type { Command } from 'commander';
import { makeLog } from '../log.ts';
import { hasErrors, readPlan, readSources } from '../planner.ts';
import { startService } from '../service.ts';
import type { Roles } from '../service.ts';
import { startWeb } from '../site/server.ts';
import { contextOf, print, printProblems } from './context.ts';
import { signalled } from './signalled.ts';
import { canTell, WatchdogChild } from './watchdog.ts';

export const start = (options: { watchdog: boolean }, command: Command): Promise<number> => run(command, { plan: true, web: true }, options.watchdog);
export const worker = (_: unknown, command: Command): Promise<number> => run(command, { plan: false, web: false }, false);

async function run(command: Command, roles: Roles, watched: boolean): Promise<number> {
  const context = contextOf(command);
  const config = context.config();
  if (roles.plan) {
    const read = readPlan(await readSources(config.paths), [...config.channels.keys()]);
    if (hasErrors(read.problems)) {
      print(context.words.cli.planKept);
      printProblems(read.problems, context.words);
    }
  }
  const ended = signalled();
  const service = await startService(config, roles, makeLog(config.log.level, join(config.paths.var, 'log', 'banli.log')));
  const dog = watched && canTell(config) ? new WatchdogChild(context.folder) : undefined;
  dog?.start();
  if (service.web) print(context.words.cli.ready(`http://${config.site.host}:${service.web.port}/`));
  await ended;
  await dog?.stop();
  await service.stop();
  print(context.words.cli.stopped);
  // Clients that still wait for a Redis that is gone would keep the process.
  process.exit(0);
}

export async function web(_: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const config = context.config();
  const server = await startWeb({
    root: join(config.paths.var, 'site', 'current'),
    host: config.site.host,
    port: config.site.port,
    words: context.words,
  });
  print(context.words.cli.ready(`http://${config.site.host}:${server.port}/`));
  await signalled();
  await server.close();
  return 0;
}
