// In July the bureau's own plan takes the place of the example, with the same indicator on other
// days, some of them past: history, and nobody's miss.
import { afterEach, expect, test } from 'vitest';
import { Maintenance } from '../../src/app/maintenance.ts';
import { makeLog } from '../../src/lib/log.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { never, PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
afterEach(() => bureau.close());

const site = PLAN.replace('[website, catalogue, wechat, weibo]', '[website]');
const EXAMPLE = site.replace('announced: 2025-12-26', 'announced: 2025-12-26\nsample: true');
const OWN = `${site.replace('announced: 2025-12-26', 'announced: 2026-07-22')}    dates: { 2025-Q4: 2026-01-19, 2026-Q1: 2026-04-17, 2026-Q2: 2026-07-14, 2026-Q3: 2026-10-19 }\n`;

test('dates of the example move into the past without a word, are not sent, and nobody hears of a miss; those to come are kept', async () => {
  bureau = await watched('2026-07-12T10:00:00+08:00', { more: PEOPLE, plan: EXAMPLE });
  const state = (period: string) =>
    bureau.state(publicationId(releaseId(`gdp.${period}`), 'website'));
  const rounds = new Maintenance(bureau.app, makeLog('silent'), never);
  await rounds.reconcile();
  expect([await state('2026-Q2'), await state('2026-Q3')]).toEqual(['planned', 'planned']);
  bureau.clock.turnTo('2026-07-22T10:00:00+08:00');
  expect(await bureau.apply(OWN)).toMatchObject({ ok: true });
  await rounds.reconcile();
  // What the example had before our time is looked for once, as any other.
  await rounds.poll();
  await rounds.idle();
  expect(await Promise.all(['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3'].map(state))).toEqual([
    'historical',
    'historical',
    'historical',
    'planned',
  ]);
  const letters: string[] = [];
  for (const time of ['10:10', '10:30', '12:00'])
    letters.push(...(await bureau.at(`2026-07-22T${time}:00+08:00`)));
  expect(letters).toEqual([]);
  // Again and again, it stays so.
  await rounds.reconcile();
  expect(await state('2026-Q2')).toBe('historical');
});
