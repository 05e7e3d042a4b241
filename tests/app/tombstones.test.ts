// Tombstones outlive ledger and record: where those come back from before a withdrawal, what was
// withdrawn does not.

import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBackup, writeBackup } from '../../src/ledger/backup.ts';
import { withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import { piecesOf, publishedSink } from '../../src/site/published/published-backup.ts';
import type { Watched } from '../helpers/alarm.ts';
import { GDP } from '../helpers/bureau.ts';
import { gdpOf, outOnSite, startAgain } from '../helpers/site-only.ts';

let bureau: Watched;
beforeEach(async () => {
  bureau = await outOnSite();
});
afterEach(() => bureau.close());
const at = (name: string): string => join(bureau.folder, 'var', name);
const page = (): string =>
  readFileSync(join(at('site'), 'current', 'releases', GDP, 'index.html'), 'utf8');
const HAND = { actor: 'wang', detail: {} };

test.each(['restored', 'record of before, Redis lost'])(
  '%s: tombstones are kept: the withdrawn text does not come back',
  async (what) => {
    const lines: string[] = [];
    for await (const line of writeBackup(
      bureau.app.redis,
      bureau.clock.now(),
      piecesOf(at('published')),
    ))
      lines.push(line);
    await cp(join(at('published'), 'record.jsonl'), join(bureau.folder, 'record.old'));
    bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
    await withdrawPublished(bureau.app.publishDeps, gdpOf(bureau), ['website'], '口径调整', HAND);
    await bureau.app.compareRecord();
    expect(page()).not.toContain('5.8%');
    const { client, prefix } = bureau.app.redis;
    await client.del(
      ...(await client.keys(`${prefix}:*`)).filter((key) => !key.includes(':worker:')),
    );
    await rm(at('site'), { recursive: true });
    await rm(join(at('published'), 'record.jsonl'));
    bureau.clock.turnTo('2026-07-20T12:00:00+08:00');
    const machine = await bureau.another();
    if (what === 'restored')
      await readBackup(
        machine.redis,
        machine.ledger,
        lines,
        bureau.clock.now(),
        publishedSink(at('published')),
      );
    else await cp(join(bureau.folder, 'record.old'), join(at('published'), 'record.jsonl'));
    const rounds = await startAgain(bureau, '2026-07-20T12:01:00+08:00');
    await rounds.applyPlan();
    await rounds.reconcile();
    for (const t of ['12:02', '12:10', '12:30']) {
      bureau.clock.turnTo(`2026-07-20T${t}:00+08:00`);
      await rounds.poll();
      await rounds.idle();
      await rounds.sweep();
      await bureau.post();
      await bureau.post();
    }
    expect(page()).not.toContain('5.8%');
    expect(page()).toContain('口径调整');
  },
);
