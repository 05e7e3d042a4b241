// T − lead: everything slow or likely to fail, in private. Ends with the publication staged, or with the reason why not.
import type { Channel, NotDone } from '../channels/channel.ts';
import type { Bundle } from '../content/bundle.ts';
import type { Entry, Reason } from '../ledger/ledger.ts';
import { instant, partsOf } from '../plan/types.ts';
import type { Approval, PublicationId, Release } from '../plan/types.ts';
import { never } from '../words/error.ts';
import { backoff, change, hold } from './parts.ts';
import type { Parts } from './parts.ts';

const NEEDED: Readonly<Record<Approval, number>> = { none: 0, one: 1, three: 3 };
const EARLY_MS = 60_000;

/** Stages one publication if it still is to be staged. Safe to run again at any time. */
export async function stage(parts: Parts, publication: PublicationId, signal: AbortSignal): Promise<void> {
  const { release: id, channel: name } = partsOf(publication);
  const [entry, release, channel] = [await parts.ledger.get(publication), parts.calendar().byId.get(id), parts.channels.get(name)];
  if (!entry || !release || !channel || entry.state !== 'planned') return;
  const now = parts.clock.now();
  if (now < entry.due - release.settings.lead - EARLY_MS || (entry.retryAt !== undefined && now < entry.retryAt)) return;
  if (now > entry.due + release.settings.window && !(await isReady(parts, entry, release))) return;
  const bundle = await readBundle(parts, entry, release, channel);
  if (!bundle) return;
  if (now > entry.due + release.settings.window && entry.reason?.code !== 'by-operator') return hold(parts, entry, { code: 'too-late' });
  const answer = await channel.stage(parts.itemOf(release, bundle, name), signal);
  if (answer.class !== 'staged') return notStaged(parts, entry, release, bundle, answer);
  const changed = await parts.ledger.change(
    change(parts, entry, 'staged', {
      staged: answer.record,
      digest: bundle.digest,
      // One that waits for the release that it interprets goes on counting.
      ...(entry.reason?.code === 'parent-not-public' ? {} : { tries: null }),
      retryAt: null,
      reason: entry.reason?.code === 'by-operator' ? entry.reason : null,
    }),
  );
  if (!changed.ok) return;
  parts.log('staged', { publication, digest: bundle.digest });
  await parts.wake.release(name, entry.due, parts.clock.now());
}

async function isReady(parts: Parts, entry: Entry, release: Release): Promise<boolean> {
  return entry.reason?.code === 'by-operator' || (await parts.load(release)).state === 'ready';
}

/** The bundle, if it is there, sound, approved, and nothing that this channel would refuse; else the reason is noted. */
async function readBundle(parts: Parts, entry: Entry, release: Release, channel: Channel): Promise<Bundle | undefined> {
  const loaded = await parts.load(release);
  switch (loaded.state) {
    case 'missing':
      return note(parts, entry, { code: 'content-missing' });
    case 'flawed':
      return note(parts, entry, { code: 'content-flawed', detail: loaded.flaws.map((flaw) => `${flaw.file}:${flaw.line}`).join(', ') });
    case 'ready': {
      const { bundle } = loaded;
      const flaws = parts.flawsFor(channel, parts.itemOf(release, bundle, channel.name), bundle);
      if (flaws.length > 0)
        return note(parts, entry, {
          code: 'content-refused',
          detail: flaws.map((flaw) => `${flaw.file}:${flaw.line} ${flaw.code} ${flaw.detail ?? ''}`.trim()).join(', '),
        });
      const needed = NEEDED[release.settings.approval];
      const given = needed === 0 ? 0 : await parts.approvals(release.id, bundle.digest);
      return given < needed ? note(parts, entry, { code: 'approval-missing', detail: `${given}/${needed}` }) : bundle;
    }
    default:
      return never(loaded);
  }
}

/** Leaves it planned with a reason; the sweep tells the operators, new content stages it. */
async function note(parts: Parts, entry: Entry, reason: Reason): Promise<undefined> {
  if (entry.reason?.code === reason.code && entry.reason.detail === reason.detail) return undefined;
  await parts.ledger.change(change(parts, entry, 'planned', { reason }));
  return undefined;
}

async function notStaged(parts: Parts, entry: Entry, release: Release, bundle: Bundle, answer: NotDone): Promise<void> {
  const now = parts.clock.now();
  if (answer.class === 'refused') return hold(parts, { ...entry, digest: bundle.digest }, answer.why);
  const retryAt = answer.class === 'quota' ? answer.until : instant(now + (answer.afterMs ?? backoff(entry.tries)));
  if (retryAt > entry.due + release.settings.window) return hold(parts, entry, answer.why);
  parts.log('again', { publication: entry.publication, ...answer.why, retryAt });
  await parts.ledger.change(change(parts, entry, 'planned', { retryAt, reason: answer.why, tries: entry.tries + 1 }));
  await parts.wake.stage(entry.publication, retryAt);
}
