// What a trouble is: something that is wrong now, by its cause, so that ten releases with one cause
// are one. Not for finding any: overdue.ts, upcoming.ts.

import { type Incident, type IncidentItem, toldKey } from '../ledger/incident.ts';
import type { AboutIncident } from '../ledger/incident-about.ts';
import type { Release } from '../plan/types.ts';

/**
 * An incident that should be open. Its key says the cause: as long as that lasts it is the same
 * incident.
 */
export type AlertCondition = Pick<
  Incident,
  'kind' | 'subject' | 'severity' | 'stage' | 'timezone' | 'items' | 'about'
>;
export type AlertConditions = Map<string, AlertCondition>;

/** The stage of what is missed: higher than that of any warning. */
export const MISSED = 100;

/** What a publication's reason belongs to. */
export type Cause = Pick<AlertCondition, 'kind' | 'subject'>;

/** Content or approvals: the operators' to bring, told together for all that is due on a day. */
const UNREADY: readonly string[] = [
  'content-missing',
  'content-flawed',
  'content-refused',
  'approval-missing',
];

/** These say that the channel takes nothing at the moment, whatever the release. */
const CHANNEL: readonly RegExp[] = [
  /^(no-answer|http-status|site-render|site-flip|site-folder|disk-full)$/,
  /^wechat-(-1|4000[12]|40013|40014|40125|40164|40243|4100[124]|42001|45009|45011|45028|4800[134]|50002|53500|89503)$/,
  /^weibo-(213\d\d|1000[1-69]|1001[0-4]|1002[234]|20003|2001[56]|20022|20031|403|rip-.*)$/,
];

/** Nobody knows whether it is public: a person must say. */
const UNSETTLED: readonly string[] = ['unsettled', 'cannot-tell', 'birth-not-found'];

export const isUnsettled = (code: string | undefined): boolean =>
  code !== undefined && UNSETTLED.includes(code);
/** It is due on a channel that a person serves, and they have been told. */
export const isYourTurn = (code: string | undefined): boolean => code === 'your-turn';
export const isUnready = (code: string | undefined): boolean =>
  code !== undefined && UNREADY.includes(code);
export const isOfChannel = (code: string | undefined): boolean =>
  code !== undefined && CHANNEL.some((one) => one.test(code));

export function causeKey({ kind, subject }: Cause): string {
  return `${kind}:${subject}`;
}

/** A trouble that concerns no release. */
export function plainCondition(
  cause: Cause,
  timezone: string,
  about: AboutIncident | undefined,
  severity: AlertCondition['severity'] = 'warning',
): AlertCondition {
  return {
    ...cause,
    severity,
    stage: severity === 'missed' ? MISSED : 1,
    timezone,
    items: [],
    about,
  };
}

/** Adds a release to the trouble with its cause. */
export function join(
  conditions: AlertConditions,
  cause: Cause,
  release: Release,
  severity: AlertCondition['severity'],
  stage: number,
  what: Pick<IncidentItem, 'channels' | 'state' | 'code' | 'detail' | 'since'>,
): void {
  const key = causeKey(cause);
  const before = conditions.get(key) ?? {
    ...cause,
    severity,
    stage,
    timezone: release.timezone,
    items: [],
    about: undefined,
  };
  const same = before.items.find(
    (one) =>
      one.release === release.id &&
      one.code === what.code &&
      one.detail === what.detail &&
      one.state === what.state &&
      one.severity === severity,
  );
  const items = same
    ? before.items.map((one) =>
        one === same
          ? { ...one, channels: inOrder([...one.channels, ...what.channels], release) }
          : one,
      )
    : [
        ...before.items,
        { release: release.id, name: release.name, due: release.due as number, ...what, severity },
      ];
  conditions.set(key, {
    ...before,
    severity: severity === 'missed' ? 'missed' : before.severity,
    stage: Math.max(before.stage, stage),
    items,
  });
}

/** As the plan has them: the website first. */
function inOrder(channels: readonly string[], { settings }: Release): string[] {
  return [...channels].sort((a, b) => settings.channels.indexOf(a) - settings.channels.indexOf(b));
}

/** Everything that is wrong, from several looks; the same cause seen twice is one. */
export function merged(...looks: readonly AlertConditions[]): AlertConditions {
  const all: AlertConditions = new Map();
  for (const look of looks) {
    for (const [key, condition] of look) {
      const before = all.get(key);
      if (!before) {
        all.set(key, condition);
        continue;
      }
      all.set(key, {
        ...before,
        severity:
          before.severity === 'missed' || condition.severity === 'missed' ? 'missed' : 'warning',
        stage: Math.max(before.stage, condition.stage),
        items: [...before.items, ...condition.items],
        about: before.about ?? condition.about,
      });
    }
  }
  return all;
}

/**
 * Whether an incident has told that a release is late. Those of an earlier version do not say so
 * for each.
 */
export function wasToldLate(
  incident: Incident,
  { release, due }: Pick<IncidentItem, 'release' | 'due'>,
): boolean {
  if (!incident.toldAs)
    return incident.severity === 'missed' && incident.told[release] !== undefined;
  return incident.toldAs[toldKey(release, due)] === 'late';
}

/** Whether a release is missed, and not only at risk beside others that are. */
export function isLate(item: IncidentItem, of: Pick<AlertCondition, 'severity'>): boolean {
  return (item.severity ?? of.severity) === 'missed';
}

/**
 * Whether everything that an incident has told as missed is missed still, by another cause: nobody
 * is told that it is over.
 */
export function isMissedElsewhere(
  incident: Incident,
  others: ReadonlyMap<string, AlertCondition>,
): boolean {
  const missed = new Set(
    [...others.values()].flatMap((one) =>
      one.items.flatMap((item) => (isLate(item, one) ? [toldKey(item.release, item.due)] : [])),
    ),
  );
  const late = incident.items.filter((item) => isLate(item, incident));
  return late.length > 0 && late.every((item) => missed.has(toldKey(item.release, item.due)));
}
