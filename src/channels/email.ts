// A list of the bureau's own readers by mail (the press): from T on each gets one letter of their
// own, so many a minute. Not for SMTP: alerts/transports/mail.ts; nor for where it is kept which
// reader has had theirs: redis/mailings.ts.
//
// 1. At T `release` writes the mailing down: the letter and who is to get it. Nothing is sent before
//    that, nor before T by the clock. 2. `tend`, once a second in each process, goes on with what
//    was written down. Each reader is claimed before their letter is sent, by one process alone: the
//    intent. 3. What came of it is noted. A letter of which nobody knows whether it was taken, since
//    the connection or the process died, is not sent again: it is told. 4. `lookup` only counts.
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import type { PublicationId } from '../plan/types.ts';
import type { Channel, ChannelItem, LookupResult, Why } from './channel.ts';

export interface EmailOptions {
  /** Each an address of its own, with or without a name. */
  readonly to: readonly string[];
  readonly perMinute: number;
}

/** What the mail server said to one letter. */
export type MailAnswer =
  | { readonly class: 'taken' }
  /** This reader, or this letter, will never be taken. */
  | { readonly class: 'refused'; readonly why: Why }
  /** Nothing was taken: the server is away, or asks to wait. */
  | { readonly class: 'again'; readonly why: Why }
  | { readonly class: 'doubtful'; readonly why: Why };

export interface ReaderLetter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same for the same reader and release. */
  readonly id: string;
}

/** Sends one letter, and says what came of it; checks the way without sending. */
export interface Mailer {
  send(letter: ReaderLetter): Promise<MailAnswer>;
  check(): Promise<void>;
}

/** One release on its way to its readers. */
export interface Mailing {
  readonly due: number;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly readers: readonly string[];
}

/** How it stands with one reader. */
export interface ReaderState {
  readonly state: 'intent' | 'taken' | 'refused' | 'doubtful';
  readonly at: number;
  readonly why?: string | undefined;
}

/** What of a mailing is known, through kills and by every process. */
export interface Mailings {
  /** Written down before anything is sent; a second time changes nothing. */
  begin(publication: PublicationId, mailing: Mailing): Promise<void>;
  read(
    publication: PublicationId,
  ): Promise<{ mailing: Mailing; readers: ReadonlyMap<string, ReaderState> } | undefined>;
  /** Those of a channel that are not over. */
  open(channel: string): Promise<PublicationId[]>;
  /** The intent. @returns false where anybody has claimed this reader before */
  claim(publication: PublicationId, reader: string, at: number): Promise<boolean>;
  note(publication: PublicationId, reader: string, state: ReaderState): Promise<void>;
  /** Nothing was sent: the claim is given back. */
  free(publication: PublicationId, reader: string): Promise<void>;
  /** No letter of it is sent any more. */
  end(publication: PublicationId): Promise<void>;
  /** Takes one of so many a minute, of all processes. @returns false where they are used up */
  takeTurn(channel: string, minute: number, most: number): Promise<boolean>;
}

const record = z.object({ subject: z.string(), text: z.string(), html: z.string() });
/** A letter takes no longer than this: an older claim is a dead process's, ms. */
const CLAIM_MS = 120_000;
/** A server that takes nothing is asked again after this, ms. */
const AWAY_MS = 30_000;
/** Told where the whole list takes longer than this, ms. */
const SLOW_MS = 300_000;

export function emailChannel(
  name: string,
  options: EmailOptions,
  deps: {
    readonly clock: Clock;
    readonly mailer: Mailer;
    readonly mailings: Mailings;
    /** It was withdrawn: nobody else gets it. */
    isCalledOff(publication: PublicationId): Promise<boolean>;
  },
): Channel {
  const { clock, mailer, mailings } = deps;
  let awayUntil = 0;

  /** One letter, claimed before. @returns false where the server takes nothing at the moment */
  const sendTo = async (
    reader: string,
    publication: PublicationId,
    mailing: Mailing,
  ): Promise<boolean> => {
    const answer = await mailer.send({ ...mailing, to: reader, id: `${publication}:${reader}` });
    if (answer.class === 'again') {
      await mailings.free(publication, reader);
      awayUntil = clock.now() + AWAY_MS;
      return false;
    }
    const why = answer.class === 'taken' ? undefined : (answer.why.detail ?? answer.why.code);
    await mailings.note(publication, reader, { state: answer.class, at: clock.now(), why });
    return true;
  };
  /** What a dead process had under way, nobody knows. */
  const giveUpOld = async (
    publication: PublicationId,
    readers: ReadonlyMap<string, ReaderState>,
  ): Promise<void> => {
    for (const [reader, { state, at }] of readers)
      if (state === 'intent' && clock.now() - at > CLAIM_MS)
        await mailings.note(publication, reader, { state: 'doubtful', at, why: 'worker-died' });
  };
  /** Goes on with one mailing, as far as this minute allows. @returns false where to stop for now */
  const goOn = async (publication: PublicationId, signal: AbortSignal): Promise<boolean> => {
    const found = await mailings.read(publication);
    if (!found || clock.now() < found.mailing.due) return true;
    await giveUpOld(publication, found.readers);
    for (const reader of found.mailing.readers.filter((one) => !found.readers.has(one))) {
      if (signal.aborted) return false;
      if (await deps.isCalledOff(publication)) {
        await mailings.end(publication);
        return true;
      }
      const minute = Math.floor(clock.now() / 60_000);
      if (!(await mailings.takeTurn(name, minute, options.perMinute))) return false;
      const isMine = await mailings.claim(publication, reader, clock.now());
      if (isMine && !(await sendTo(reader, publication, found.mailing))) return false;
    }
    const after = await mailings.read(publication);
    if (after && isOver(after)) await mailings.end(publication);
    return true;
  };

  return {
    name,
    kind: 'email',
    stage: (item) => Promise.resolve({ class: 'staged', record: letterOf(item) }),
    async release({ publication, due, staged, guard }) {
      if (guard && !guard()) return { class: 'again', why: { code: 'worker-stale' } };
      await mailings.begin(publication, { ...record.parse(staged), due, readers: options.to });
      return { class: 'accepted', receipt: { ids: { readers: String(options.to.length) } } };
    },
    async lookup({ publication }): Promise<LookupResult> {
      const found = await mailings.read(publication);
      // It is written down before the first letter is sent.
      if (!found) return { class: 'not-public' };
      if (!isOver(found)) return { class: 'pending' };
      const of = (state: ReaderState['state']): ReaderState[] =>
        [...found.readers.values()].filter((one) => one.state === state);
      const [taken, doubtful] = [of('taken'), of('doubtful')];
      if (taken.length + doubtful.length === 0)
        return { class: 'gone', why: { code: 'email-refused' }, shown: false };
      return {
        class: 'public',
        receipt: {
          ids: {
            readers: String(found.mailing.readers.length),
            taken: String(taken.length),
            refused: String(of('refused').length),
            doubtful: String(doubtful.length),
          },
          publicAt: Math.min(...[...taken, ...doubtful].map(({ at }) => at)),
        },
      };
    },
    async tend(signal) {
      if (clock.now() < awayUntil) return;
      for (const publication of await mailings.open(name))
        if (!(await goOn(publication, signal))) return;
    },
    async withdraw({ publication }) {
      await mailings.end(publication);
      const readers = [...((await mailings.read(publication))?.readers.values() ?? [])];
      const had = readers.filter(({ state }) => state !== 'refused').length;
      return had === 0
        ? { class: 'done' }
        : { class: 'cannot', why: { code: 'email-sent', detail: String(had) } };
    },
    async preflight() {
      const wrong = await mailer.check().then(
        () => [],
        (error: unknown) => [
          { code: 'email-way', detail: error instanceof Error ? error.message : undefined },
        ],
      );
      const minutes = Math.ceil(options.to.length / options.perMinute);
      const isSlow = minutes * 60_000 > SLOW_MS;
      return {
        wrong,
        notes: [
          { code: 'email-readers', detail: String(options.to.length) },
          ...(isSlow ? [{ code: 'email-slow', detail: String(minutes) }] : []),
        ],
      };
    },
  };
}

const isOver = ({
  mailing,
  readers,
}: {
  readonly mailing: Mailing;
  readonly readers: ReadonlyMap<string, ReaderState>;
}): boolean =>
  mailing.readers.every((reader) => {
    const state = readers.get(reader)?.state;
    return state !== undefined && state !== 'intent';
  });

function letterOf(item: ChannelItem): z.output<typeof record> {
  const html = item.html().replaceAll(/(\s(?:src|href)=")(files\/)/g, `$1${item.url}$2`);
  return {
    subject: item.title,
    text: [item.summary, item.plainText(), item.url].filter(Boolean).join('\n\n'),
    html: `${html}\n<p><a href="${item.url}">${item.url}</a></p>`,
  };
}
