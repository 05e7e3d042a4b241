// A process that is behind: what waits to be made public comes out with one edition, and what may
// not come out, or cannot, keeps nothing else back.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { websiteChannel } from '../../src/channels/website.ts';
import { type Instant, instant } from '../../src/lib/instant.ts';
import { publicationId, type ReleaseId, releaseId } from '../../src/plan/types.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { stageMarked, type TestSite, testSite } from '../helpers/site.ts';

let site: TestSite;
afterEach(() => site.close());

const IDS = [1, 2, 3, 4, 5, 6, 7].map((month) => releaseId(`cpi.2026-0${month}`));
const dueOf = (id: ReleaseId): Instant => site.calendar().byId.get(id)?.due ?? instant(Number.NaN);
const shown = async (): Promise<ReleaseId[]> =>
  [...((await site.press.current())?.releases.keys() ?? [])].sort();

/** Each release a wave of its own, as they are after a night in which nothing ran. */
async function prepared(press: SiteBuilder, ids: readonly ReleaseId[]): Promise<string[]> {
  const editions: string[] = [];
  for (const id of ids) {
    const release = site.calendar().byId.get(id);
    if (!release) throw new Error(id);
    const staged = await stageMarked(press, release);
    editions.push((await press.prepare(release.due, [staged])).edition);
  }
  return editions;
}

test('seven waves that are late come out with two editions at the most, each in the record once', async () => {
  site = await testSite('2026-08-20T09:00:00+08:00');
  const editions = await prepared(site.press, IDS);
  const before = await site.press.editions();
  expect(await Promise.all(editions.map((one) => site.press.flip(one)))).toEqual(
    IDS.map(() => 'flipped'),
  );
  expect(await shown()).toEqual(IDS);
  const made = (await site.press.editions()).filter((one) => !before.includes(one));
  expect(made.length).toBeLessThanOrEqual(2);
  // Told again from the record alone.
  await rm(site.folder, { recursive: true });
  await site.press.ensure();
  expect(await shown()).toEqual(IDS);
  expect(
    new Set([...((await site.press.current())?.releases.values() ?? [])].map(({ since }) => since)),
  ).toEqual(new Set([Date.parse('2026-08-20T09:00:00+08:00')]));
});

test('one that may not be sent any more is left out of the edition that it waits for', async () => {
  site = await testSite('2026-08-20T09:00:00+08:00');
  const editions = await prepared(site.press, IDS);
  // Until it has been rendered nobody knows.
  let asked = 0;
  const answers = await Promise.all(
    editions.map((one, index) =>
      site.press.flip(one, index === 3 ? () => asked++ === -1 : () => true),
    ),
  );
  expect(answers).toEqual(IDS.map((_, index) => (index === 3 ? 'stale' : 'flipped')));
  expect(asked).toBeGreaterThan(0);
  expect(await shown()).toEqual(IDS.filter((_, index) => index !== 3));
  expect((await site.get(`releases/${IDS[3]}/`)).status).toBe(404);
});

test('one whose pages are lost is told to its own wave; the others come out', async () => {
  site = await testSite('2026-08-20T09:00:00+08:00');
  const channel = websiteChannel('website', site.press, site.clock);
  const calls = [];
  for (const id of IDS) {
    const { digest } = await site.stage(id);
    calls.push({
      publication: publicationId(id, 'website'),
      release: id,
      due: dueOf(id),
      since: dueOf(id),
      staged: { digest },
      looks: 0,
    });
  }
  const never = new AbortController().signal;
  for (const call of calls) await channel.arm?.([call], call.due, never);
  for (const path of [
    join(site.folder, 'staged', 'cpi.2026-04'),
    join(dirname(site.folder), 'published', 'content', 'cpi.2026-04'),
  ])
    await rm(path, { recursive: true });
  const answers = await Promise.all(calls.map((call) => channel.release(call, never)));
  expect(answers.map((one) => one.class)).toEqual(
    IDS.map((id) => (id === 'cpi.2026-04' ? 'again' : 'done')),
  );
  expect(answers[3]).toMatchObject({ why: { code: 'site-render' } });
  expect(await shown()).toEqual(IDS.filter((id) => id !== 'cpi.2026-04'));
});

test('two processes that are behind at once: all that both have comes out, and neither waits for ever', async () => {
  site = await testSite('2026-08-20T09:00:00+08:00');
  const other = new SiteBuilder(site.folder, site.calendar, site.options, site.clock);
  const mine = await prepared(site.press, IDS.slice(0, 4));
  const theirs = await prepared(other, IDS.slice(4));
  const before = await site.press.editions();
  await Promise.all([
    ...mine.map((one) => site.press.flip(one)),
    ...theirs.map((one) => other.flip(one)),
  ]);
  expect(await shown()).toEqual(IDS);
  const made = (await site.press.editions()).filter((one) => !before.includes(one));
  expect(made.length).toBeLessThanOrEqual(6);
});
