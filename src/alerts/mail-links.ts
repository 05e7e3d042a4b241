// Addresses in mails that do something: signed, for one person, one incident and one act, good for
// a while and once. Not for the page that asks to confirm (desk/releases/mail-actions.ts) nor for
// the act itself (operations/operations.ts).
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Incident, IncidentItem } from '../ledger/incident.ts';
import { HOLDABLE_BY_PERSON, PUBLISHABLE_BY_PERSON } from '../ledger/states.ts';
import type { Instant } from '../lib/instant.ts';
import { isUnready, isUnsettled, isYourTurn } from './conditions.ts';

const ACTS = ['acknowledge', 'publish', 'hold', 'done'] as const;
export type LinkAction = (typeof ACTS)[number];

const payload = z.object({
  /** Used up with the act. */
  n: z.string(),
  incident: z.string(),
  /** What it is about, where that is no incident. */
  publication: z.string().optional(),
  act: z.enum(ACTS),
  person: z.string(),
  /** Good until, epoch ms. */
  until: z.number(),
});
export type ActionLink = z.output<typeof payload>;

const LONGEST = 1000;

/**
 * A token for one address.
 * @param key secret of this installation
 * @param lifeMs how long it is good
 */
export function sign(
  key: string,
  link: Pick<ActionLink, 'incident' | 'publication' | 'act' | 'person'>,
  now: Instant,
  lifeMs: number,
): string {
  const body = Buffer.from(
    JSON.stringify({ ...link, n: randomUUID(), until: now + lifeMs } satisfies ActionLink),
  ).toString('base64url');
  return `${body}.${macOf(key, body)}`;
}

/** What a token says, if this installation signed it and its time is not over. */
export function verify(
  key: string,
  token: string,
  now: Instant,
): ActionLink | 'invalid' | 'expired' {
  const [body = '', mac = ''] = token.length > LONGEST ? [] : token.split('.');
  const [given, wanted] = [Buffer.from(mac), Buffer.from(macOf(key, body))];
  if (key === '' || given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return 'invalid';
  const read = payload.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (!read.success) return 'invalid';
  return read.data.until > now ? read.data : 'expired';
}

const isOneOf = (states: readonly string[], state: string): boolean => states.includes(state);

/** The acts that fit an incident as it is. */
export function actsFor(incident: Incident, now: Instant): LinkAction[] {
  const acts: LinkAction[] = incident.acknowledged ? [] : ['acknowledge'];
  // What may be public already is settled by a person who has looked, not by a button.
  if (
    incident.items.some(
      (item) =>
        item.due <= now &&
        isOneOf(PUBLISHABLE_BY_PERSON, item.state) &&
        !isUnsettled(item.code) &&
        !isYourTurn(item.code) &&
        // Without a text it cannot come out: the letter leads to writing one.
        !isUnready(item.code),
    )
  )
    acts.push('publish');
  if (incident.items.some(({ due, code }) => due <= now && isYourTurn(code))) acts.push('done');
  if (incident.items.some(({ due, state }) => due > now && isOneOf(HOLDABLE_BY_PERSON, state)))
    acts.push('hold');
  return acts;
}

/**
 * What an act is called: what a person holds is tried again, as the desk calls it, and not made up
 * for.
 */
export function actName(
  act: LinkAction,
  items: readonly Pick<IncidentItem, 'state' | 'due'>[],
  now: Instant,
): LinkAction | 'retry' {
  const isHeld = items.some(({ state, due }) => state === 'held' && due <= now);
  return act === 'publish' && isHeld ? 'retry' : act;
}

function macOf(key: string, body: string): string {
  return createHmac('sha256', key).update(body).digest('base64url');
}
