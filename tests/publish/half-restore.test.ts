// A restore that dies halfway on a new machine, and a service that is started on what there is:
// nothing is sent twice. Not for whole restores: lost-state.test.ts.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Maintenance } from '../../src/app/maintenance.ts';
import { readBackup, writeBackup } from '../../src/ledger/backup.ts';
import { makeLog } from '../../src/lib/log.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { never, PLAN } from '../helpers/bureau.ts';
import { poll, ticking } from '../helpers/poll.ts';

let bureau: Watched;
afterEach(() => bureau.close());
const sent = (): Record<string, number> =>
  Object.fromEntries(bureau.sandbox.world.items.map(({ channel, times }) => [channel, times]));

test.each([
  ['[wechat, weibo]', { wechat: 1, weibo: 1 }],
  ['[weibo]', { weibo: 1 }],
  ['[website, wechat, weibo]', { wechat: 1, weibo: 1 }],
])(
  '%s came out after the backup; the restore dies before its last step',
  async (channels, once) => {
    bureau = await watched('2026-07-20T09:00:00+08:00', {
      more: PEOPLE,
      plan: PLAN.replace('[website, catalogue, wechat, weibo]', channels),
    });
    await bureau.content();
    await poll(bureau, 4);
    const lines: string[] = [];
    for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) lines.push(line);
    bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
    await poll(bureau, 20);
    expect(sent()).toEqual(once);
    // The machine is lost: a new one, with the backup alone.
    bureau.clock.turnTo('2026-07-20T10:40:00+08:00');
    const { client, prefix } = bureau.app.redis;
    await client.del(
      ...(await client.keys(`${prefix}:*`)).filter((key) => !key.includes(':worker:')),
    );
    for (const name of ['site', 'published', 'ledger.json', 'plan.json', 'held', 'watchdog'])
      await rm(join(bureau.folder, 'var', name), { recursive: true, force: true });
    const machine = await bureau.another();
    const begin = machine.ledger.beginAgain.bind(machine.ledger);
    vi.spyOn(machine.ledger, 'beginAgain')
      .mockImplementationOnce(begin)
      .mockRejectedValueOnce(new Error('killed'));
    await expect(
      readBackup(machine.redis, machine.ledger, lines, bureau.clock.now()),
    ).rejects.toThrow('killed');
    const rounds = new Maintenance(await bureau.another(), makeLog('silent'), never);
    await rounds.applyPlan();
    await rounds.reconcile();
    for (let round = 0; round < 40; round++) {
      bureau.clock.turnTo(bureau.clock.now() + 3000);
      await rounds.poll();
      await ticking(bureau.clock, () => rounds.idle(), 100);
    }
    expect(sent()).toEqual(once);
  },
);
