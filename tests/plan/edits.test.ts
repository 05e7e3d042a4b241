// Any two plans, one after the other, at any moment: what an accepted edit may do, by an oracle
// that knows no rule of change.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareWithForce } from '../../src/app/plan-service.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { instant } from '../../src/lib/instant.ts';
import { hasErrors, readPlan } from '../../src/plan/read-all.ts';
import type { Calendar, Release, ReleaseId } from '../../src/plan/types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const dates = fc
  .integer({ min: 0, max: 80 })
  .map((offset) => new Date(Date.UTC(2026, 4, 1) + offset * DAY).toISOString().slice(0, 10));
const hour = fc.constantFrom('09:00', '10:00', '16:30');
const at = fc.tuple(dates, hour).map(([date, time]) => `${date} ${time}`);
/** What the rule gives for each period: what a `was` is mostly about. */
const RULE: Readonly<Record<string, string>> = {
  '2026-04': '2026-05-10 10:00',
  '2026-05': '2026-06-10 10:00',
  '2026-06': '2026-07-10 10:00',
};
const periods = fc.constantFrom(...Object.keys(RULE));
const reason = fc.constantFrom('停电', '核算');
const entryOf = (period: string): fc.Arbitrary<Readonly<Record<string, unknown>>> => {
  const was = fc.oneof({ weight: 5, arbitrary: fc.constant(RULE[period]) }, dates);
  const yes = fc.constant(true);
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ at }) },
    { weight: 4, arbitrary: fc.record({ at, was, reason }) },
    { weight: 2, arbitrary: fc.record({ at, was, reason, immediate: yes }) },
    { weight: 2, arbitrary: fc.record({ reason, cancelled: yes }) },
    { weight: 2, arbitrary: fc.record({ at, provisional: yes }) },
    fc.record({ provisional: yes }),
    fc.record({ reason, immediate: yes }),
    fc.record({ reason, interpretation: fc.constantFrom('1h', '2d', 'cancelled') }),
  );
};
const entries = fc
  .uniqueArray(periods, { maxLength: 2 })
  .chain((some) =>
    fc.tuple(...some.map((period) => entryOf(period).map((entry) => [period, entry] as const))),
  )
  .map((pairs) => Object.fromEntries(pairs));
const indicator = fc.record({
  id: fc.constantFrom('a', 'a', 'a', 'a', 'a', 'b'),
  day: fc.constantFrom(10, 10, 10, 10, 12),
  skip: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    fc.uniqueArray(periods, { maxLength: 1 }),
  ),
  entries,
  lead: fc.constantFrom('6h', '24h'),
  after: fc.constantFrom(undefined, '1d', '1d', '1d'),
});
const plan = fc.record({
  indicator,
  announced: fc.constantFrom('2026-04-01', '2026-04-01', '2026-06-20'),
  year: fc.constantFrom(2026, 2026, 2026, 2026, 2026, 2026, 2027),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;
/**
 * One promise moved or cancelled with everything that it asks for: what an officer does who read
 * the manual.
 */
const one = periods.chain((period) => {
  const was = fc.constant(RULE[period]);
  const yes = fc.constant(true);
  return fc
    .oneof(fc.record({ at, was, reason }), fc.record({ reason, cancelled: yes }))
    .map((entry) => ({ [period]: entry }));
});

function textOf({ indicator: one, announced, year }: Plan): string {
  const said = (fields: object): string =>
    Object.entries(fields)
      .map(([key, value]) => `${key}: ${String(value)}`)
      .join(', ');
  const lines = Object.entries(one.entries).map(
    ([period, fields]) => `      ${period}: { ${said(fields)} }\n`,
  );
  // 2026 began with March's figures.
  return `plan: 计划\ntimezone: Asia/Shanghai\nyear: ${year}\nannounced: ${announced}\nindicators:\n  ${one.id}:\n    name: { zh: 甲 }\n    frequency: M\n    due: { day: ${one.day}, month: +1 }\n    lead: ${one.lead}\n    skip: [${['2025-12', '2026-01', '2026-02', '2026-03', ...one.skip].join(', ')}]\n${one.after ? `    interpretation: { after: ${one.after} }\n` : ''}${lines.length > 0 ? `    dates:\n${lines.join('')}` : ''}`;
}

const live = (release: Release | undefined): release is Release =>
  release !== undefined && release.status !== 'cancelled';

interface Edit {
  readonly before: Calendar;
  readonly after: Calendar;
  readonly now: number;
  readonly lead: number;
  /** The day on which what is in force was announced has come. */
  readonly announced: boolean;
  readonly published: ReadonlySet<ReleaseId>;
}

/** Whatever would be sent at another instant than before has its lead, or says that it has not. */
function nothingEarly({ before, after, now, lead, published }: Edit): void {
  for (const release of after.releases.filter(live)) {
    const was = before.byId.get(release.id);
    const sent = release.due + 12 * HOUR >= now && !published.has(release.id);
    if (!sent || (live(was) && was.due === release.due)) continue;
    if (release.immediate) expect(release.reason).toBeDefined();
    else expect(release.due - now).toBeGreaterThanOrEqual(lead);
  }
}

/** Each promise is kept, or ends with words. @returns how */
function noPromiseLost({ before, after, announced, published }: Edit): ('moved' | 'cancelled')[] {
  if (!announced) return [];
  return before.releases
    .filter((promise) => live(promise) && promise.status !== 'provisional')
    .flatMap((promise) => {
      const now = after.byId.get(promise.id);
      expect(now, `${promise.id} is gone`).toBeDefined();
      if (published.has(promise.id)) {
        if (!promise.follows)
          expect([now?.due, now?.status === 'cancelled']).toEqual([promise.due, false]);
        return [];
      }
      if (now?.due === promise.due && live(now)) return [];
      expect(now?.reason).toBeDefined();
      if (!live(now)) return ['cancelled' as const];
      if (!promise.follows) expect(now.was).toBe(promise.due);
      return ['moved' as const];
    });
}

const withEntries = (of: Plan, some: Plan['indicator']['entries']): Plan => ({
  ...of,
  indicator: { ...of.indicator, entries: some },
});
const sound = (of: Plan): Plan => ({
  ...of,
  announced: '2026-04-01',
  year: 2026,
  indicator: { ...of.indicator, id: 'a', day: 10, skip: [] },
});

test('an accepted edit makes nothing public early, and leaves no promise without an end', () => {
  const seen = { accepted: 0, refused: 0, moved: 0, cancelled: 0 };
  const edit = (before: Plan, after: Plan, hours: number): void => {
    const now = instant(Date.UTC(2026, 4, 1) + hours * HOUR);
    const today = new Date(now + 8 * HOUR).toISOString().slice(0, 10);
    const [old, next] = [before, after].map((one) =>
      readPlan([{ name: 'config/plan/2026.yaml', text: textOf(one) }], ['website']),
    );
    if (!old || !next || hasErrors(old.problems) || hasErrors(next.problems)) return;
    const published = new Set(
      old.calendar.releases.filter((one) => live(one) && one.due < now - DAY).map(({ id }) => id),
    );
    const { problems } = compareWithForce(next, old.calendar, now, published);
    const sentences = problems.flatMap((one) =>
      (['zh', 'en'] as const).map((language) =>
        Object.values(one.say(messagesFor(language).plan)).join(),
      ),
    );
    expect(sentences.filter((one) => /undefined|NaN|\[object/.test(one))).toEqual([]);
    if (hasErrors(problems)) return void seen.refused++;
    seen.accepted++;
    const lead = (after.indicator.lead === '6h' ? 6 : 24) * HOUR;
    const made: Edit = {
      before: old.calendar,
      after: next.calendar,
      now,
      lead,
      announced: before.announced <= today,
      published,
    };
    nothingEarly(made);
    for (const how of noPromiseLost(made)) seen[how]++;
  };
  fc.assert(
    fc.property(
      plan,
      plan,
      one,
      fc.integer({ min: 0, max: 80 * 24 }),
      fc.constantFrom('all', 'entries', 'one'),
      (before, other, entries, hours, kind) => {
        if (kind === 'all') edit(before, other, hours);
        // As people do.
        else if (kind === 'entries')
          edit(before, withEntries(before, other.indicator.entries), hours);
        else edit(withEntries(sound(before), {}), withEntries(sound(before), entries), hours);
      },
    ),
    { numRuns: 250 },
  );
  // The edits are worth their name.
  const few = Object.entries({ accepted: 30, refused: 60, moved: 5, cancelled: 5 }).filter(
    ([what, least]) => seen[what as keyof typeof seen] < least,
  );
  expect(few, JSON.stringify(seen)).toEqual([]);
}, 120_000);
