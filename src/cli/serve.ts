// `banli worker`, `web`, and the parts that `banli start` keeps: long-running processes that end at
// SIGINT or SIGTERM within two seconds. For keeping them see start.ts.
import { join } from 'node:path';
import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import { ripIssue } from '../channels/weibo-request.ts';
import { isSampleAddress } from '../config/hosts.ts';
import { makeLog } from '../lib/log.ts';
import type { PlanIssue } from '../plan/issues.ts';
import { type Roles, startService } from '../service/service.ts';
import { type Context, contextOf, print, printProblems } from './context.ts';
import { signalled } from './signals.ts';
import type { KeptSays } from './supervisor.ts';
import { canTell } from './watchdog.ts';

/** What each kept part does: releases have their own process, people another. */
const PARTS: Readonly<Record<string, Roles>> = {
  engine: { plan: true, work: true, web: false },
  web: { plan: false, work: false, web: true },
};
/** A kept part says so often that it lives. */
const ALIVE_MS = 1000;
/** Whoever asked at the desk for everything to be started anew is answered first. */
const ANSWER_MS = 1500;

/** One part of `banli start`. */
export async function serve(part: string, _: unknown, command: Command): Promise<number> {
  const roles = PARTS[part];
  if (!roles) return 2;
  const context = contextOf(command);
  const config = context.config();
  const ended = Promise.race([signalled(), orphaned()]);
  const log = makeLog(config.log.level, join(config.paths.var, 'log', 'banli.log'));
  const restart = process.connected
    ? () => void setTimeout(() => say({ say: 'restart' }), ANSWER_MS)
    : undefined;
  const service = await startService(config, roles, log, {
    refused: (problems) => tellRefused(context, problems),
    restart,
  });
  const url = service.web && `http://${config.site.host}:${service.web.port}/`;
  say({
    say: 'ready',
    watched: canTell(config),
    ...(url === undefined ? {} : { url, notes: await notesOf(service.app, context) }),
  });
  const alive = setInterval(() => say({ say: 'alive' }), ALIVE_MS);
  await ended;
  clearInterval(alive);
  await service.stop();
  // Clients that still wait for a Redis that is gone would keep the process.
  process.exit(0);
}

/** What an operator should know of a service that is running, and would else find out too late. */
async function notesOf(
  { accounts, config, planService }: App,
  { words }: Context,
): Promise<string[]> {
  const w = words.cli;
  const people = await accounts.all();
  return [
    ...(isSampleAddress(config.site.publicUrl) ? [w.stillSample] : []),
    ...planService
      .calendar()
      .plans.flatMap(({ sample, year }) => (sample ? [w.samplePlan(year)] : [])),
    ...[...config.channels].flatMap(([name, one]) => {
      const issue = one.kind === 'weibo' ? ripIssue(one.rip) : undefined;
      return issue
        ? [w.channelNote(words.channel(name), words.reason(`weibo-rip-${issue}`, undefined, ''))]
        : [];
    }),
    ...(people.some(({ disabled }) => !disabled) ? [] : [w.nobodyMaySignIn]),
    ...(canTell(config) ? [] : [w.nobodyHears]),
  ];
}

/**
 * Whoever keeps this process is gone, killed: it ends too, and the next one finds ports and places
 * free.
 */
function orphaned(): Promise<void> {
  return new Promise((done) => process.once('disconnect', () => done()));
}

function say(message: KeptSays): void {
  if (process.connected) process.send?.(message);
}

/**
 * A plan that is refused is said where the service was started, too, and so is that it is sound
 * again.
 */
function tellRefused({ words }: Context, problems: readonly PlanIssue[]): void {
  print(problems.length === 0 ? words.cli.planMended : words.cli.planKept);
  printProblems(problems, words);
}

export async function worker(_: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const config = context.config();
  const ended = signalled();
  const service = await startService(
    config,
    { plan: false, work: true, web: false },
    makeLog(config.log.level, join(config.paths.var, 'log', 'banli.log')),
  );
  await ended;
  await service.stop();
  print(context.words.cli.stopped);
  process.exit(0);
}

export async function web(_: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const config = context.config();
  const { startWeb } = await import('../site/serve/server.ts');
  const server = await startWeb({
    root: join(config.paths.var, 'site', 'current'),
    host: config.site.host,
    port: config.site.port,
    words: context.words,
  });
  print(context.words.cli.webReady(`http://${config.site.host}:${server.port}/`));
  await signalled();
  await server.close();
  return 0;
}
