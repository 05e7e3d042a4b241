// A bureau that publishes to its website alone, with one release out: for what becomes of the
// site's folder afterwards.
import { expect } from 'vitest';
import { Maintenance } from '../../src/app/maintenance.ts';
import { makeLog } from '../../src/lib/log.ts';
import type { Release } from '../../src/plan/types.ts';
import { PEOPLE, type Watched, watched } from './alarm.ts';
import { type Bureau, GDP, never, on, PLAN } from './bureau.ts';
import { poll } from './poll.ts';

export const SITE_ONLY = PLAN.replace('[website, catalogue, wechat, weibo]', '[website]');

/** At 09:00 of the day, with the text at hand and nothing staged. */
export async function siteOnly(): Promise<Watched> {
  const bureau = await watched('2026-07-20T09:00:00+08:00', { more: PEOPLE, plan: SITE_ONLY });
  await bureau.content();
  return bureau;
}

/** The same at 10:02, two minutes after it came out as promised. */
export async function outOnSite(): Promise<Watched> {
  const bureau = await siteOnly();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, 12);
  expect(await bureau.state(on('website'))).toBe('verified');
  expect(await bureau.at('2026-07-20T10:02:00+08:00')).toEqual([]);
  return bureau;
}

export function gdpOf({ app }: Bureau): Release {
  const found = app.planService.calendar().byId.get(GDP);
  if (!found) throw new Error('not in the plan');
  return found;
}

/** The service starts again, on the disk and the Redis that there are. */
export async function startAgain(bureau: Bureau, time: string): Promise<Maintenance> {
  bureau.clock.turnTo(time);
  const rounds = new Maintenance(await bureau.another(), makeLog('silent'), never);
  await rounds.poll();
  await rounds.idle();
  return rounds;
}
