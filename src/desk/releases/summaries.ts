// What the desk shows of releases: each as publications over its channels, what stands still and why, what
// can be done by whom; pages and API alike. Not for how it looks: pages/.
import { z } from 'zod';
import { describeIncident } from '../../alerts/templates/describe-incident.ts';
import type { IncidentText } from '../../alerts/templates/incident-text.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Incident } from '../../ledger/incident.ts';
import type { LedgerEntry } from '../../ledger/ledger.ts';
import { type ManualTask, open } from '../../ledger/manual-tasks.ts';
import { OPEN, PUBLIC } from '../../ledger/states.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import { approvalBlocker, approvalStatus } from '../../operations/approvals.ts';
import { OPERATIONS, type OperationName, operations } from '../../operations/operations.ts';
import { concerns, type LeftTasks } from '../../operations/release-with.ts';
import { dateIn, isoIn, minuteIn } from '../../plan/time.ts';
import { parsePublicationId, publicationId, type Release } from '../../plan/types.ts';
import { siteOf } from '../../publish/deps.ts';
import { lackingOf } from '../../publish/stage.ts';
import { publicStatus } from '../../site/model.ts';
import { titled } from '../../site/names.ts';
import { type DateOperation, dateOperationsFor } from '../plan/date-operations.ts';
import type { Desk, Principal } from '../shell/desk.ts';
import { withinPatience } from '../shell/patience.ts';
import { isPageOf, pagesOf } from './public-text.ts';

export const publicationStatus = z.object({
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
  /** What a person has to do there by hand: `seen` of the operation `by-hand`, epoch ms. */
  task: z.object({ what: z.enum(['correct', 'withdraw']), at: z.number() }).optional(),
});
export type PublicationStatus = z.output<typeof publicationStatus>;

export const releaseSummary = z.object({
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
  publications: z.array(publicationStatus),
  /** Its text is missing or wrong, and this person may write it. */
  needsText: z.boolean(),
  /** What this person could do now. */
  operations: z.array(z.string()),
});
export type ReleaseSummary = z.output<typeof releaseSummary>;

export const incidentSummary = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.string(),
  severityName: z.string(),
  head: z.string(),
  /** Where a plan is wrong: its lines, and what to write instead. */
  text: z.string().optional(),
  opened: z.iso.datetime({ offset: true }),
  openedText: z.string(),
  acknowledged: z.string().optional(),
  releases: z.array(z.string()),
});
export type IncidentSummary = z.output<typeof incidentSummary>;

const DAY_MS = 86_400_000;
const STEP: Readonly<Record<string, number>> = {
  staged: 1,
  armed: 1,
  releasing: 1,
  public: 2,
  verified: 3,
  withdrawn: 2,
};

/**
 * Of a release's text: missing or wrong for some channel, for all that wait, and whether somebody
 * has to approve it.
 */
interface TextState {
  readonly lacksText: boolean;
  readonly lacksAll: boolean;
  readonly isOpen: boolean;
}

/** A release as its publications. @param lacking what its content lacks, by channel */
function summaryOf(
  desk: Desk,
  who: Principal,
  release: Release,
  entries: readonly LedgerEntry[],
  {
    lacking,
    left,
    lacksText,
    lacksAll,
    isOpen,
  }: { readonly lacking: ReadonlyMap<string, string>; readonly left: LeftTasks } & TextState,
  words: Messages,
): ReleaseSummary {
  const now = desk.app.clock.now();
  const status = publicStatus(release, desk.app.planService.calendar());
  const own = new Map(
    entries.map((entry) => [parsePublicationId(entry.publication).channel, entry]),
  );
  // What has no text cannot come out, whoever presses what; and nobody approves what is not there,
  // or is approved.
  // Nor is it offered to bring out early what never goes out early.
  const isFor: Readonly<Record<string, boolean>> = {
    publish: !lacksAll && now >= release.due,
    approve: isOpen,
  };
  const can: string[] = OPERATIONS.filter(
    (name) =>
      isFor[name] !== false &&
      who.may.has(operations[name].permission) &&
      operations[name].fits(entries, release, now, left, desk.app.channels).length > 0,
  );
  if (who.may.has('plan'))
    can.push(...dateOperationsFor(release, entries, now, siteOf(desk.app.publishDeps)));
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
    // Those of the plan, and those that it has dropped and that are or may be public.
    publications: [...new Set([...release.settings.channels, ...own.keys()])].map((channel) => {
      const task = left.get(publicationId(release.id, channel));
      const note = task ? words.desk.byHand.left[task.what](task.reason) : lacking.get(channel);
      return statusOf(release, channel, own.get(channel), { note, task }, now, words);
    }),
    needsText: lacksText && who.may.has('content'),
    operations: can,
  };
}

/** @param about what its content lacks, or what a person has to do on it by hand */
function statusOf(
  release: Release,
  channel: string,
  entry: LedgerEntry | undefined,
  about: { readonly note: string | undefined; readonly task: ManualTask | undefined },
  now: Instant,
  words: Messages,
): PublicationStatus {
  const state = entry?.state ?? 'planned';
  const isOpen = OPEN.includes(state);
  const late = isOpen && now > release.due + release.settings.grace;
  const why = entry?.reason
    ? words.reason(entry.reason.code, entry.reason.detail, state)
    : (about.note ?? '');
  // Nothing is said of what goes out in these seconds, nor of what waits for the release that it
  // interprets.
  const isPast =
    isOpen &&
    now >= release.due &&
    why !== '' &&
    why !== words.desk.today.beingRead &&
    entry?.reason?.code !== 'parent-not-public';
  const again =
    entry?.retryAt && entry.retryAt > now
      ? words.desk.today.retryAt(minuteIn(entry.retryAt, release.timezone))
      : '';
  const publicAt = entry?.receipt?.publicAt;
  return {
    publication: publicationId(release.id, channel),
    channel,
    channelName: words.channel(channel),
    state,
    stateName: words.state(state),
    step: STEP[state] ?? 0,
    note: [isPast ? words.desk.today.pastDue(why) : why, again].filter(Boolean).join(' · '),
    bad: state === 'held' || state === 'doubtful' || late || isPast || about.task !== undefined,
    lateMinutes: late ? Math.floor((now - release.due) / 60_000) : 0,
    ...(entry?.receipt?.url ? { url: entry.receipt.url } : {}),
    ...(about.task ? { task: { what: about.task.what, at: about.task.at } } : {}),
    ...(publicAt === undefined ? {} : { publicAt: isoIn(instant(publicAt), release.timezone) }),
  };
}

/** Some releases as cards, with what their content lacks where they are still to come. */
export async function summariesOf(
  desk: Desk,
  who: Principal,
  releases: readonly Release[],
  words: Messages,
): Promise<ReleaseSummary[]> {
  const { app } = desk;
  const left = open(await app.publishDeps.byHand.all());
  const channelsOf = ({ settings }: Release): string[] => [
    ...new Set([...settings.channels, ...app.channels.keys()]),
  ];
  const all = await app.ledger.getAll(
    releases.flatMap((one) => channelsOf(one).map((channel) => publicationId(one.id, channel))),
  );
  const shown = await pagesOf(desk, releases.some(needsApproval));
  return Promise.all(
    releases.map(async (release) => {
      const found = channelsOf(release).flatMap(
        (channel) => all.get(publicationId(release.id, channel)) ?? [],
      );
      const entries = found.filter((entry) => concerns(release, entry, left));
      const waiting = entries.filter(({ state }) => state === 'planned' || state === 'held');
      const known =
        waiting.length > 0
          ? await withinPatience(lackingOf(app.publishDeps, release, waiting))
          : [];
      const said = known?.flatMap(({ channels, code, detail, state }) =>
        channels.map(
          (channel) =>
            [
              channel,
              words.reason(code, who.may.has('texts') ? detail : undefined, state),
            ] as const,
        ),
      );
      const lacking = new Map(
        said ?? channelsOf(release).map((channel) => [channel, words.desk.today.beingRead]),
      );
      const without = new Set(
        known?.flatMap(({ channels, code }) => (code.startsWith('content-') ? channels : [])),
      );
      const lacksAll =
        waiting.length > 0 &&
        waiting.every(({ publication }) => without.has(parsePublicationId(publication).channel));
      const isOpen =
        who.may.has('approve') &&
        (await isToApprove(desk, who, release, entries, shown.get(release.id)?.digest, words));
      return summaryOf(
        desk,
        who,
        release,
        entries,
        { lacking, left, lacksText: without.size > 0, lacksAll, isOpen },
        words,
      );
    }),
  );
}

const needsApproval = ({ settings }: Release): boolean => settings.approval !== 'none';

/**
 * Whether its present text waits for this person's yes: to come out, or to take the place of what is
 * public.
 * @param page the public one's name
 */
async function isToApprove(
  desk: Desk,
  who: Principal,
  release: Release,
  entries: readonly LedgerEntry[],
  page: string | undefined,
  words: Messages,
): Promise<boolean> {
  if (!needsApproval(release)) return false;
  const standing = await withinPatience(approvalStatus(desk.app, release));
  const isWaiting = entries.some(({ state }) => OPEN.includes(state));
  // Being read for the first time: nobody is kept from looking.
  if (!standing) return isWaiting;
  const { digest, next } = standing;
  if (digest === undefined || next === undefined) return false;
  if (approvalBlocker(standing, who, words) !== undefined) return false;
  if (isWaiting) return true;
  return page === undefined
    ? entries.some((one) => PUBLIC.includes(one.state) && one.digest !== digest)
    : !isPageOf(page, digest);
}

/** What is due around now, in three parts; what needs somebody comes with the incidents. */
export interface Today {
  readonly incidents: readonly IncidentSummary[];
  readonly now: readonly ReleaseSummary[];
  readonly week: readonly ReleaseSummary[];
  readonly before: readonly ReleaseSummary[];
  /** Longer ago, and still held or unfinished. */
  readonly older: readonly ReleaseSummary[];
}

export async function todayOf(desk: Desk, who: Principal, words: Messages): Promise<Today> {
  const { app } = desk;
  const calendar = app.planService.calendar();
  const now = app.clock.now();
  const day = dateIn(now, calendar.timezone);
  // What is held or unfinished stays in sight, however old.
  const unended = [
    ...(await app.ledger.open(instant(now - 400 * DAY_MS), now)).keys(),
    ...open(await app.publishDeps.byHand.all()).keys(),
  ];
  const unfinished = new Set(unended.map((id) => parsePublicationId(id).release));
  const near = calendar.releases.filter(
    (one) =>
      one.status !== 'cancelled' &&
      (Math.abs(one.due - now) < 7 * DAY_MS || (unfinished.has(one.id) && one.due < now)),
  );
  const cards = await summariesOf(desk, who, near, words);
  const isOld = (one: ReleaseSummary): boolean => Date.parse(one.due) < now - 7 * DAY_MS;
  const dayOf = (one: ReleaseSummary): string => one.dueText.slice(0, 10);
  return {
    incidents: await incidentsOf(desk, words),
    now: cards.filter((one) => dayOf(one) === day),
    week: cards.filter((one) => dayOf(one) > day),
    before: cards.filter((one) => dayOf(one) < day && !isOld(one)).reverse(),
    older: cards.filter(isOld).reverse(),
  };
}

const told = (
  { kind }: Incident,
  { head, text }: IncidentText,
): Pick<IncidentSummary, 'head' | 'text'> => (kind === 'plan' && text ? { head, text } : { head });

/** What is open, of the service's own and of what the watchdog sees by itself. */
export async function incidentsOf(
  { app, watchdog }: Desk,
  words: Messages,
): Promise<IncidentSummary[]> {
  const now = app.clock.now();
  const isOpen = ({ closedAt }: Incident): boolean => closedAt === undefined;
  const own = [...(await app.incidents.incidents()).values()].filter(isOpen);
  const known = new Set(
    own.flatMap(({ severity, items }) => items.map((one) => `${severity} ${one.release}`)),
  );
  // What the service knows of, with its reason, the watchdog has seen from outside as well.
  const isKnown = ({ kind, severity, items }: Incident): boolean =>
    kind !== 'early' &&
    items.length > 0 &&
    items.every((one) => known.has(`${severity} ${one.release}`));
  const seen = (await watchdog.incidents()).filter((one) => isOpen(one) && !isKnown(one));
  return [...own, ...seen]
    .sort(
      (a, b) =>
        Number(b.severity === 'missed') - Number(a.severity === 'missed') ||
        a.openedAt - b.openedAt,
    )
    .map((one) => ({
      id: one.id,
      kind: one.kind,
      severity: one.severity,
      severityName: words.acts.severities[one.severity] ?? one.severity,
      ...told(one, describeIncident(words, one, now)),
      opened: isoIn(instant(one.openedAt), one.timezone),
      openedText: minuteIn(instant(one.openedAt), one.timezone),
      ...(one.acknowledged ? { acknowledged: one.acknowledged.by } : {}),
      releases: [...new Set(one.items.map(({ release }) => release))],
    }));
}

export type OfferedOperation = OperationName | DateOperation;
