// Banli's own public site as a channel: staging renders pages in private, releasing is one rename.
// Not for rendering: site/.
import type { Clock } from '../lib/clock.ts';
import { messageOf, systemCode } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import type { ReleaseId } from '../plan/types.ts';
import type { Call, Channel, ChannelItem, LookupResult, ReleaseAnswer, Why } from './channel.ts';

/** A release as the public edition has it. */
interface PublicPage {
  readonly digest: string;
  readonly since: number;
  readonly withdrawn?: { readonly at: number } | undefined;
}

/** What was public on the site, as far as ledger and journal know it. */
export interface LostPage {
  readonly release: ReleaseId;
  readonly due: Instant;
  readonly since: Instant;
  /**
   * Names of the pages that came out, the present ones last, and what was said of each that
   * replaced another.
   */
  readonly contents: readonly {
    readonly page: string;
    readonly at: number;
    readonly reason: string;
  }[];
  /** What it would be made of, where the content is still what came out last. */
  readonly item: ChannelItem | undefined;
  /** Taken down since; then nothing else of it is shown. */
  readonly withdrawn?: { readonly at: number; readonly reason: string };
}

/** An edition could not be rendered: nothing was made public. */
export class EditionNotMade extends Error {
  /** What stood in the way on the machine: ENOSPC and its like. */
  readonly code: string | undefined;

  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
    this.code = systemCode(cause);
  }
}

/** An edition that several releases come out with. */
interface Wave {
  readonly edition: string;
  readonly failed: ReadonlyMap<ReleaseId, string>;
  flip: ReturnType<SitePress['flip']> | undefined;
}

/** What the channel needs of the site. */
export interface SitePress {
  /** Whether its own pages are still there, here or where they are kept. */
  hasStaged(release: ReleaseId, digest: string): Promise<boolean>;
  /**
   * Renders a release's own pages into a private folder.
   * @returns the digest they are kept under
   */
  stage(item: ChannelItem): Promise<string>;
  /**
   * Renders the whole site as it must look from T on.
   * @returns the edition's id, and the releases that cannot be made and are not in it, with why: as
   *   long as it has not come out, others may join them
   */
  prepare(
    due: Instant,
    releases: readonly { release: ReleaseId; digest: string }[],
  ): Promise<{ readonly edition: string; readonly failed: ReadonlyMap<ReleaseId, string> }>;
  /**
   * Makes an edition public by one rename; harmless to repeat.
   * @param guard asked right before the rename: false, and nothing is renamed
   * @throws EditionNotMade where it had to be rendered again and could not be
   */
  flip(edition: string, guard?: () => boolean): Promise<'flipped' | 'stale'>;
  /** The public edition and since when each release is in it. */
  current(): Promise<{ edition: string; releases: ReadonlyMap<ReleaseId, PublicPage> } | undefined>;
  urlOf(release: ReleaseId): string;
  /** New content for what is public. @returns false where it is not, or is the same */
  correct(
    release: ReleaseId,
    digest: string,
    reason: string,
    known?: { readonly due: Instant; readonly since: Instant },
  ): Promise<boolean>;
  /** @returns false where it is not public, or withdrawn already */
  withdraw(
    release: ReleaseId,
    reason: string,
    known?: { readonly due: Instant; readonly since: Instant },
  ): Promise<boolean>;
}

/**
 * Names the pages of a release. The due instant is on them.
 * @param content digest of what they are made of
 */
export const pageOf = (content: string, due: Instant): string => `${content.slice(0, 16)}-${due}`;

/** The site shows what it showed: it is tried again, as long as the window is open. */
const unchanged = (why: Why): ReleaseAnswer => ({ class: 'again', why, sent: false });

export function websiteChannel(name: string, press: SitePress, clock: Clock): Channel {
  /**
   * The edition that each release will come out with; the first release of a wave flips for all.
   * Two waves of one instant have one each.
   */
  const ready = new Map<ReleaseId, Wave>();
  const release = (call: Call): { release: ReleaseId; digest: string } => ({
    release: call.release,
    digest: String((call.staged as { digest?: unknown }).digest),
  });

  const lookup = async (call: Call): Promise<LookupResult> => {
    const current = await press.current();
    const page = current?.releases.get(call.release);
    if (!current || !page) return { class: 'not-public' };
    if (page.withdrawn) return { class: 'gone', why: { code: 'withdrawn' } };
    return {
      class: 'public',
      receipt: {
        ids: { edition: current.edition, page: page.digest },
        url: press.urlOf(call.release),
        publicAt: page.since,
      },
    };
  };

  return {
    name,
    kind: 'website',
    async stage(item) {
      try {
        return { class: 'staged', record: { digest: await press.stage(item) } };
      } catch (error) {
        return { class: 'again', why: notMadeBecause(error) };
      }
    },
    isStaged(call) {
      const { release: id, digest } = release(call);
      return press.hasStaged(id, digest);
    },
    async arm(calls, due) {
      const wave: Wave = { ...(await press.prepare(due, calls.map(release))), flip: undefined };
      for (const call of calls) ready.set(call.release, wave);
    },
    async release(call) {
      const wave = ready.get(call.release);
      ready.delete(call.release);
      if (!wave) return unchanged({ code: 'site-render', detail: 'no edition' });
      // Left out of the edition, so that the others come out: only this one is tried again.
      const notMade = (): ReleaseAnswer | undefined => {
        const detail = wave.failed.get(call.release);
        return detail === undefined ? undefined : unchanged({ code: 'site-render', detail });
      };
      const before = notMade();
      if (before) return before;
      try {
        wave.flip ??= press.flip(wave.edition, call.guard);
        if ((await wave.flip) === 'stale') return unchanged({ code: 'worker-stale' });
        // Rendered again on what came out meanwhile.
        const after = notMade();
        if (after) return after;
        return {
          class: 'done',
          receipt: {
            ids: { edition: wave.edition, page: release(call).digest },
            url: press.urlOf(call.release),
            publicAt: clock.now(),
          },
        };
      } catch (error) {
        if (error instanceof EditionNotMade) return unchanged(notMadeBecause(error));
        const why = { code: 'site-flip', detail: messageOf(error) };
        // What stands there says at once whether it was renamed.
        const seen = await lookup(call).catch(() => undefined);
        return seen?.class === 'not-public' ? unchanged(why) : { class: 'doubtful', why };
      }
    },
    lookup,
    async withdraw(call, _, reason) {
      const { release: id, due, receipt } = call;
      if (await press.withdraw(id, reason, { due, since: instant(receipt?.publicAt ?? due) }))
        return { class: 'done' };
      // Whoever withdrew it died before it was written down anywhere else.
      const isGone = (await press.current())?.releases.get(id)?.withdrawn !== undefined;
      return isGone ? { class: 'done' } : { class: 'cannot', why: { code: 'site-unchanged' } };
    },
    async correct(item, reason, _, since) {
      return (await press.correct(item.release, await press.stage(item), reason, {
        due: item.due,
        since,
      }))
        ? { class: 'done' }
        : { class: 'cannot', why: { code: 'site-unchanged' } };
    },
    async preflight() {
      const current = await press.current().catch((error: unknown) => messageOf(error));
      return {
        wrong: typeof current === 'string' ? [{ code: 'site-folder', detail: current }] : [],
        notes: [],
      };
    },
  };
}

function notMadeBecause(error: unknown): Why {
  const code = systemCode(error) === 'ENOSPC' ? 'disk-full' : 'site-render';
  return { code, detail: messageOf(error) };
}
