// What people have to do by hand, when the folder that it is noted in is set back or lost while
// Redis is kept.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { open } from '../../src/ledger/manual-tasks.ts';
import { withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';
import { startAgain } from '../helpers/site-only.ts';

let bureau: Watched;
afterEach(() => bureau.close());
const HAND = { actor: 'wang', detail: {} };
const at = (name: string): string => join(bureau.folder, 'var', name);

test.each(['set back', 'lost'])(
  'a withdrawal that is left to people on WeChat; then var/published is %s: it is not forgotten',
  async (what) => {
    bureau = await watched('2026-07-20T09:00:00+08:00', {
      more: PEOPLE,
      plan: PLAN.replace('[website, catalogue, wechat, weibo]', '[website, wechat]'),
    });
    await bureau.content();
    bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
    await poll(bureau, 20);
    await bureau.app.siteBuilder.ensure();
    await cp(at('published'), join(bureau.folder, 'old'), { recursive: true });
    await bureau.at('2026-07-20T10:05:00+08:00');
    bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
    bureau.sandbox.world.setFault({
      channel: 'wechat',
      route: 'freepublish/delete',
      kind: '5xx',
      times: 50,
      after: 0,
      seconds: 1,
    });
    const release = bureau.app.planService.calendar().byId.get(GDP);
    if (!release) throw new Error('no release');
    const done = await withdrawPublished(
      bureau.app.publishDeps,
      release,
      ['website', 'wechat'],
      '口径调整',
      HAND,
    );
    expect(done.map(({ channel, left }) => [channel, left])).toEqual([
      ['website', false],
      ['wechat', true],
    ]);
    await bureau.app.compareRecord();
    expect([...open(await bureau.app.publishDeps.byHand.all()).keys()]).toEqual([on('wechat')]);
    await rm(at('published'), { recursive: true });
    if (what === 'set back')
      await cp(join(bureau.folder, 'old'), at('published'), { recursive: true });
    const rounds = await startAgain(bureau, '2026-07-20T12:00:00+08:00');
    for (const t of ['12:01', '12:10', '13:00', '15:00']) {
      bureau.clock.turnTo(`2026-07-20T${t}:00+08:00`);
      await rounds.poll();
      await rounds.reconcile();
      await rounds.sweep();
      await bureau.post();
      await bureau.post();
    }
    expect([...open(await bureau.app.publishDeps.byHand.all()).keys()]).toEqual([on('wechat')]);
  },
);
