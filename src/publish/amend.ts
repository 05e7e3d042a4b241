// What a person does about what is public: correct it with new content, or withdraw it, on every channel that can. Not for who may (cli/, desk/).
import type { Channel, WithdrawAnswer } from '../channels/channel.ts';
import type { Bundle } from '../content/bundle.ts';
import type { Entry } from '../ledger/ledger.ts';
import { PUBLIC } from '../ledger/states.ts';
import { publicationId } from '../plan/types.ts';
import type { PublicationId, Release } from '../plan/types.ts';
import type { Hand } from './act.ts';
import { approvalLacking, soon } from './parts.ts';
import type { Parts } from './parts.ts';
import { callOf } from './release.ts';

/** What came of it on one channel. */
export interface Amended {
  readonly publication: PublicationId;
  readonly channel: string;
  readonly answer: WithdrawAnswer | { readonly class: 'not-public' };
}

const LIMIT_MS = 30_000;

/**
 * Puts new content in the place of what is public, where a channel can; the others say that they cannot. It needs the same
 * approvals as the release did, of exactly this content.
 */
export async function correct(parts: Parts, release: Release, bundle: Bundle, reason: string): Promise<Amended[]> {
  const lacking = await approvalLacking(parts, release, bundle.digest);
  if (lacking)
    return release.settings.channels.map((channel) => ({
      publication: publicationId(release.id, channel),
      channel,
      answer: { class: 'cannot', why: lacking },
    }));
  return each(parts, release, release.settings.channels, async (channel) => {
    if (!channel.correct) return { class: 'cannot', why: { code: 'correct-unsupported' } };
    return channel.correct(parts.itemOf(release, bundle, channel.name), reason, AbortSignal.timeout(LIMIT_MS));
  });
}

/** Takes it down, the website first, where a channel can. */
export function withdraw(parts: Parts, release: Release, channels: readonly string[], reason: string, hand: Hand): Promise<Amended[]> {
  return each(parts, release, channels, async (channel, entry) => {
    const answer = await channel.withdraw(callOf(entry), AbortSignal.timeout(LIMIT_MS), reason);
    if (answer.class === 'done') {
      // Where the site lives first: whatever becomes of the ledger, it stays withdrawn.
      await parts.withdrawn.add(entry.publication, parts.clock.now(), reason);
      await setWithdrawn(parts, entry, reason, hand);
    }
    return answer;
  });
}

/** So often, and so far apart, ms, it is tried to write that something was withdrawn: the tombstone says so in any case. */
const WRITE = { times: 20, ms: 250 };

/** A look may have verified it meanwhile, or a receipt have come: it is withdrawn all the same. */
async function setWithdrawn(parts: Parts, entry: Entry, reason: string, hand: Hand): Promise<void> {
  let at: Entry | undefined = entry;
  for (let attempt = 1; at && PUBLIC.includes(at.state) && attempt <= WRITE.times; attempt++) {
    const { ok } = await parts.ledger.change({
      publication: at.publication,
      from: at,
      to: 'withdrawn',
      take: true,
      actor: hand.actor,
      at: parts.clock.now(),
      detail: { ...hand.detail, reason },
    });
    if (ok) return;
    if (attempt > 1) await parts.clock.sleepUntil(soon(parts, WRITE.ms));
    at = await parts.ledger.get(entry.publication);
  }
}

async function each(
  parts: Parts,
  release: Release,
  channels: readonly string[],
  act: (channel: Channel, entry: Entry) => Promise<WithdrawAnswer>,
): Promise<Amended[]> {
  const done: Amended[] = [];
  for (const name of channels) {
    const publication = publicationId(release.id, name);
    const [entry, channel] = [await parts.ledger.get(publication), parts.channels.get(name)];
    const isPublic = entry && channel && PUBLIC.includes(entry.state);
    done.push({ publication, channel: name, answer: isPublic ? await act(channel, entry) : { class: 'not-public' } });
  }
  return done;
}
