// One incident: something wrong that people are told of, from its first letter to its last. For
// where incidents are kept see alert-store.ts, for what opens and closes them
// alerts/settle-incidents.ts.

import { z } from 'zod';
import { aboutStored, fromFormerAbout } from './incident-about.ts';

/** `missed` is never held back; `report` is the regular mail. */
export const SEVERITIES = ['missed', 'warning', 'report'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One release that an incident concerns, on the channels that stand still for the same reason. */
const item = z.object({
  release: z.string(),
  name: z.object({ zh: z.string(), en: z.string().optional() }),
  due: z.number(),
  channels: z.array(z.string()),
  state: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
  /** Of this release alone: an incident that is missed for one may be a risk to another. */
  severity: z.enum(['missed', 'warning']).optional(),
  /** Missed, and since then nothing holds it up any more: it is coming out. */
  since: z.number().optional(),
});
export type IncidentItem = z.output<typeof item>;

/**
 * What kind of cause: a release's own; a day's content that is not ready; a channel for all its
 * releases; nothing that any publication says of itself (`stuck`); a promise to the public that
 * nothing answers for (`promise`); something that the public sees before its time (`early`); a
 * ledger that is new, restored or rolled back; and those that concern no release.
 */
const kind = z.enum([
  'release',
  'unready',
  'channel',
  'stuck',
  'late',
  'promise',
  'early',
  'ledger-reborn',
  'plan',
  'clock',
  'quota',
  'plan-ends',
  'by-hand',
  'otherwise',
  'mail',
  'service',
  'redis',
  'disk',
  'site',
  'engine',
]);

const incident = z.object({
  /** Short, for people and for `banli ack`. */
  id: z.string(),
  kind,
  /** A release, a day, a channel, a machine, a plan: whatever the kind is about. */
  subject: z.string(),
  severity: z.enum(['missed', 'warning']),
  /** How near it has come: it is told again when this rises. */
  stage: z.number(),
  timezone: z.string(),
  items: z.array(item),
  /** What cannot be said by items. */
  about: aboutStored,
  openedAt: z.number(),
  /** Since when it is more than a warning. */
  missedAt: z.number().optional(),
  /** The letter that opened it: all further ones are answers to it. */
  thread: z.string(),
  /** Every release that it has concerned and that was told, by id. */
  told: z.record(z.string(), z.string()),
  /**
   * What was told of each at each instant that it was due (`toldKey`): that it may be late, or that
   * it is.
   */
  toldAs: z.record(z.string(), z.enum(['risk', 'late'])).optional(),
  toldAt: z.number(),
  /** So many people have been told. */
  level: z.number(),
  levelAt: z.number(),
  acknowledged: z.object({ by: z.string(), at: z.number() }).optional(),
  /** Over, and told once all that opened with it are. */
  closedAt: z.number().optional(),
});
/** One thing wrong, open until it is over. */
export type Incident = z.output<typeof incident>;

/** What is wrong, as other code reports it: it lasts until it is cleared. */
const reported = incident.pick({
  kind: true,
  subject: true,
  severity: true,
  stage: true,
  timezone: true,
  items: true,
  about: true,
});
export type Reported = z.output<typeof reported>;

/** A release at the instant that it was due: moved, it is told anew. */
export function toldKey(release: string, due: number): string {
  return `${release} ${due}`;
}

export function readIncident(value: unknown): Incident | undefined {
  const read = incident.safeParse(fromFormerAbout(value));
  return read.success ? read.data : undefined;
}

export function readReported(value: unknown): Reported | undefined {
  return reported.safeParse(fromFormerAbout(value)).data;
}
