// Withdrawals, corrections and roll-backs that meet each other, a death, or a clock that was set
// back. Each was found by a reader who was told to break it. Not for sites that are lost or set
// back: rounds/set-back.test.ts.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Bundle, loadBundle } from '../../src/content/bundle.ts';
import { correctPublished, withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import type { Watched } from '../helpers/alarm.ts';
import { BODY, GDP, on } from '../helpers/bureau.ts';
import { gdpOf, outOnSite, startAgain } from '../helpers/site-only.ts';

const HAND = { actor: 'wang', detail: {} };
let bureau: Watched;
beforeEach(async () => {
  bureau = await outOnSite();
});
afterEach(() => bureau.close());

const current = (): string => join(bureau.folder, 'var', 'site', 'current');
const page = (): string => {
  const path = join(current(), 'releases', GDP, 'index.html');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
/** Public files that say something. */
function saying(text: string, folder = current()): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return saying(text, path);
    return /\.(html|json|xml|ics|csv|txt)$/.test(name) && readFileSync(path, 'utf8').includes(text)
      ? [name]
      : [];
  });
}
async function textWith(figure: string): Promise<Bundle> {
  await bureau.content(BODY.replaceAll('5.8%', figure));
  const loaded = await loadBundle(bureau.config.paths.content, gdpOf(bureau));
  if (loaded.state !== 'ready') throw new Error(loaded.state);
  return loaded.bundle;
}
const classes = (done: Awaited<ReturnType<typeof withdrawPublished>>): string[] =>
  done.map(({ answer }) => answer.class);

/** Stands still right before the site is shown as it is from then on, until `go`. */
function stopsBeforeShowing(press: Watched['app']['siteBuilder']): {
  reached: Promise<void>;
  go(): void;
} {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((done) => {
    go = done;
  });
  let there: () => void = () => undefined;
  const reached = new Promise<void>((done) => {
    there = done;
  });
  const flip = press.flip.bind(press);
  const spy = vi.spyOn(press, 'flip').mockImplementation(async (...args) => {
    spy.mockRestore();
    there();
    await gate;
    return flip(...args);
  });
  return { reached, go: () => go() };
}

test('a correction that is asked for while a withdrawal is being shown: nothing of the new text is public', async () => {
  const bundle = await textWith('6.6%');
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  const { siteBuilder, publishDeps: parts } = bureau.app;
  const { reached, go } = stopsBeforeShowing(siteBuilder);
  const withdrawing = withdrawPublished(parts, gdpOf(bureau), ['website'], '口径调整', HAND);
  await reached;
  const correcting = correctPublished(parts, gdpOf(bureau), bundle, '改正', HAND);
  go();
  expect([classes(await withdrawing), classes(await correcting)]).toEqual([
    ['done'],
    ['not-public'],
  ]);
  expect(page()).toContain('口径调整');
  expect(saying('6.6%')).toEqual([]);
});

test('a withdrawal waits for a roll-back that another process is at: it stays withdrawn', async () => {
  const good = (await bureau.app.siteBuilder.current())?.edition ?? '';
  const bundle = await textWith('6.6%');
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await correctPublished(bureau.app.publishDeps, gdpOf(bureau), bundle, '改正', HAND);
  bureau.clock.turnTo('2026-07-20T11:30:00+08:00');
  const other = await bureau.another();
  const { reached, go } = stopsBeforeShowing(other.siteBuilder);
  const rollingBack = other.publishDeps.amending(() => other.siteBuilder.rollBack(good));
  await reached;
  const withdrawing = withdrawPublished(
    bureau.app.publishDeps,
    gdpOf(bureau),
    ['website'],
    '口径调整',
    HAND,
  );
  go();
  await rollingBack;
  expect(classes(await withdrawing)).toEqual(['done']);
  expect(page()).toContain('口径调整');
  expect([...saying('5.8%'), ...saying('6.6%')]).toEqual([]);
});

test('corrected by a clock that is an hour ahead, and again once it is right: the later word stands', async () => {
  bureau.clock.turnTo('2026-07-20T12:00:00+08:00');
  expect(
    classes(
      await correctPublished(
        bureau.app.publishDeps,
        gdpOf(bureau),
        await textWith('6.6%'),
        '改正一',
        HAND,
      ),
    ),
  ).toEqual(['done']);
  bureau.clock.turnTo('2026-07-20T11:10:00+08:00');
  expect(
    classes(
      await correctPublished(
        bureau.app.publishDeps,
        gdpOf(bureau),
        await textWith('7.7%'),
        '改正二',
        HAND,
      ),
    ),
  ).toEqual(['done']);
  expect(page()).toContain('7.7%');
  const rounds = await startAgain(bureau, '2026-07-20T11:11:00+08:00');
  bureau.clock.turnTo('2026-07-20T11:13:00+08:00');
  await rounds.poll();
  expect(page()).toContain('7.7%');
});

test('died between the site and the tombstone: asked again, it is withdrawn everywhere', async () => {
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  const { publishDeps: parts } = bureau.app;
  const add = vi.spyOn(parts.withdrawn, 'add').mockRejectedValueOnce(new Error('died here'));
  await expect(
    withdrawPublished(parts, gdpOf(bureau), ['website'], '口径调整', HAND),
  ).rejects.toThrow('died here');
  add.mockRestore();
  expect(
    classes(await withdrawPublished(parts, gdpOf(bureau), ['website'], '口径调整', HAND)),
  ).toEqual(['done']);
  expect([await bureau.state(on('website')), [...(await parts.withdrawn.all()).keys()]]).toEqual([
    'withdrawn',
    [on('website')],
  ]);
});
