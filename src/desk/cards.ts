// What the desk shows of releases: each as lanes over its channels, what stands still and why, what can be done by whom; pages and API alike.
// Not for how it looks: pages/.
import { z } from 'zod';
import { tell } from '../alerts/letters/tell.ts';
import type { Entry } from '../ledger/ledger.ts';
import { PUBLIC } from '../ledger/states.ts';
import { dateIn, isoIn, minuteIn } from '../plan/time.ts';
import { instant, partsOf, publicationId } from '../plan/types.ts';
import type { Instant, Release } from '../plan/types.ts';
import { lackingOf } from '../publish/stage.ts';
import { publicStatus } from '../site/model.ts';
import type { Words } from '../words/index.ts';
import { DEEDS, deeds } from './deeds.ts';
import type { DeedName } from './deeds.ts';
import { titled } from './desk.ts';
import type { Desk, Who } from './desk.ts';

export const lane = z.object({
  publication: z.string(),
  channel: z.string(),
  channelName: z.string(),
  state: z.string(),
  stateName: z.string(),
  /** How far it is: 0 planned, 1 staged, 2 public, 3 verified. */
  step: z.number().int(),
  /** Why it stands still, in words. */
  note: z.string(),
  /** A person has to act, or it is late. */
  bad: z.boolean(),
  lateMinutes: z.number().int(),
  url: z.string().optional(),
  publicAt: z.iso.datetime({ offset: true }).optional(),
});
export type Lane = z.output<typeof lane>;

export const card = z.object({
  id: z.string(),
  name: z.string(),
  period: z.string().optional(),
  due: z.iso.datetime({ offset: true }),
  dueText: z.string(),
  isDue: z.boolean(),
  status: z.string(),
  statusName: z.string(),
  approval: z.string(),
  category: z.string(),
  lanes: z.array(lane),
  /** What this person could do now. */
  deeds: z.array(z.string()),
});
export type Card = z.output<typeof card>;

export const incidentCard = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.string(),
  severityName: z.string(),
  head: z.string(),
  opened: z.iso.datetime({ offset: true }),
  openedText: z.string(),
  acknowledged: z.string().optional(),
  releases: z.array(z.string()),
});
export type IncidentCard = z.output<typeof incidentCard>;

const DAY_MS = 86_400_000;
const STEP: Readonly<Record<string, number>> = { staged: 1, armed: 1, releasing: 1, public: 2, verified: 3, withdrawn: 2 };

/** A release as its lanes. @param lacking what its content lacks, by channel */
function cardOf(desk: Desk, who: Who, release: Release, entries: readonly Entry[], lacking: ReadonlyMap<string, string>, words: Words): Card {
  const now = desk.house.clock.now();
  const status = publicStatus(release, desk.house.planner.calendar());
  const own = new Map(entries.map((entry) => [partsOf(entry.publication).channel, entry]));
  const isOut = entries.some(({ state }) => PUBLIC.includes(state));
  const can: string[] = DEEDS.filter((name) => who.may.has(deeds[name].permission) && deeds[name].fits(entries, release, now).length > 0);
  if (who.may.has('plan') && !isOut && status !== 'cancelled' && release.follows === undefined) can.push('postpone', 'cancel');
  return {
    id: release.id,
    name: titled(release, words),
    ...(release.period === undefined ? {} : { period: release.period }),
    due: isoIn(release.due, release.timezone),
    dueText: minuteIn(release.due, release.timezone),
    isDue: now >= release.due,
    status,
    statusName: words.site.status(status),
    approval: release.settings.approval,
    category: release.settings.category,
    lanes: release.settings.channels.map((channel) => laneOf(release, channel, own.get(channel), lacking.get(channel), now, words)),
    deeds: can,
  };
}

function laneOf(release: Release, channel: string, entry: Entry | undefined, lacks: string | undefined, now: Instant, words: Words): Lane {
  const state = entry?.state ?? 'planned';
  const isOpen = ['planned', 'staged', 'armed', 'releasing', 'doubtful', 'held'].includes(state);
  const late = isOpen && now > release.due + release.settings.grace;
  const why = entry?.reason ? words.reason(entry.reason.code, entry.reason.detail, state) : (lacks ?? '');
  const again = entry?.retryAt && entry.retryAt > now ? words.desk.today.retryAt(minuteIn(entry.retryAt, release.timezone)) : '';
  const publicAt = entry?.receipt?.publicAt;
  return {
    publication: publicationId(release.id, channel),
    channel,
    channelName: words.channel(channel),
    state,
    stateName: words.state(state),
    step: STEP[state] ?? 0,
    note: [why, again].filter(Boolean).join(' · '),
    bad: state === 'held' || state === 'doubtful' || late,
    lateMinutes: late ? Math.floor((now - release.due) / 60_000) : 0,
    ...(entry?.receipt?.url ? { url: entry.receipt.url } : {}),
    ...(publicAt === undefined ? {} : { publicAt: isoIn(instant(publicAt), release.timezone) }),
  };
}

/** Some releases as cards, with what their content lacks where they are still to come. */
export async function cardsOf(desk: Desk, who: Who, releases: readonly Release[], words: Words): Promise<Card[]> {
  const { house } = desk;
  const all = await house.ledger.getAll(releases.flatMap((one) => one.settings.channels.map((channel) => publicationId(one.id, channel))));
  return Promise.all(
    releases.map(async (release) => {
      const entries = release.settings.channels.flatMap((channel) => all.get(publicationId(release.id, channel)) ?? []);
      const open = entries.filter(({ state }) => state === 'planned' || state === 'held');
      const lacking = open.length > 0 ? await lackingOf(house.parts, release, open) : [];
      const said = new Map(
        lacking.flatMap((one) => one.channels.map((channel) => [channel, words.reason(one.code, one.detail, one.state)] as const)),
      );
      return cardOf(desk, who, release, entries, said, words);
    }),
  );
}

/** What is due around now, in three parts; what needs somebody comes with the incidents. */
export interface Today {
  readonly incidents: readonly IncidentCard[];
  readonly now: readonly Card[];
  readonly week: readonly Card[];
  readonly before: readonly Card[];
  /** Longer ago, and still held or unfinished. */
  readonly older: readonly Card[];
}

export async function todayOf(desk: Desk, who: Who, words: Words): Promise<Today> {
  const { house } = desk;
  const calendar = house.planner.calendar();
  const now = house.clock.now();
  const day = dateIn(now, calendar.timezone);
  // What is held or unfinished stays in sight, however old.
  const unfinished = new Set([...(await house.ledger.open(instant(now - 400 * DAY_MS), now)).keys()].map((id) => partsOf(id).release));
  const near = calendar.releases.filter(
    (one) => one.status !== 'cancelled' && (Math.abs(one.due - now) < 7 * DAY_MS || (unfinished.has(one.id) && one.due < now)),
  );
  const cards = await cardsOf(desk, who, near, words);
  const isOld = (one: Card): boolean => Date.parse(one.due) < now - 7 * DAY_MS;
  const dayOf = (one: Card): string => one.dueText.slice(0, 10);
  return {
    incidents: await incidentsOf(desk, words),
    now: cards.filter((one) => dayOf(one) === day),
    week: cards.filter((one) => dayOf(one) > day),
    before: cards.filter((one) => dayOf(one) < day && !isOld(one)).reverse(),
    older: cards.filter(isOld).reverse(),
  };
}

/** What is open, of the service's own and of what the watchdog sees by itself. */
export async function incidentsOf({ house, watchdog }: Desk, words: Words): Promise<IncidentCard[]> {
  const now = house.clock.now();
  return [...(await house.incidents.incidents()).values(), ...(await watchdog.incidents())]
    .filter(({ closedAt }) => closedAt === undefined)
    .sort((a, b) => a.openedAt - b.openedAt)
    .map((one) => ({
      id: one.id,
      kind: one.kind,
      severity: one.severity,
      severityName: words.acts.severities[one.severity] ?? one.severity,
      head: tell(words, one, now).head,
      opened: isoIn(instant(one.openedAt), one.timezone),
      openedText: minuteIn(instant(one.openedAt), one.timezone),
      ...(one.acknowledged ? { acknowledged: one.acknowledged.by } : {}),
      releases: [...new Set(one.items.map(({ release }) => release))],
    }));
}

export type AnyDeed = DeedName | 'postpone' | 'cancel';
