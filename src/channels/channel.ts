// The one interface of every channel, and the classes of its answers: the class alone decides what
// happens next. Not for any particular channel, nor for what follows an answer: publish/.

import type { Instant } from '../lib/instant.ts';
import type { PublicationId, ReleaseId } from '../plan/types.ts';

/**
 * Why something did not go as wished: a code that i18n/ turns into a sentence, with what belongs in
 * it. Never a secret.
 */
export interface Why {
  readonly code: string;
  readonly detail?: string | undefined;
}

/** What a channel gave back for something that it took. */
export interface ChannelReceipt {
  readonly ids: Readonly<Record<string, string>>;
  readonly url?: string | undefined;
  /** Since when it is public, epoch ms. */
  readonly publicAt?: number | undefined;
}

/** Of a releasing call that was not made: nothing of it left this machine. */
interface NotSent {
  /** False: it does not count as a call. Absent: it may have been read, and was answered. */
  readonly sent?: false | undefined;
}

/** Nothing was made public; each says what may be done about it. */
export type NotDone =
  /** Nothing happened; try again, not before `afterMs` and not more often than `most` if said. */
  | ({
      readonly class: 'again';
      readonly why: Why;
      readonly afterMs?: number;
      readonly most?: number;
    } & NotSent)
  /** It will never be accepted as it is. */
  | { readonly class: 'refused'; readonly why: Why }
  /** Allowed again at a known time. */
  | ({ readonly class: 'quota'; readonly why: Why; readonly until: Instant } & NotSent);

/** What `stage` answers; the record goes into the ledger and comes back at T. */
export type StageAnswer = { readonly class: 'staged'; readonly record: unknown } | NotDone;

/**
 * What `release` answers. A refused token has been renewed once, and the call repeated once, inside
 * the adapter.
 */
export type ReleaseAnswer =
  | { readonly class: 'done'; readonly receipt: ChannelReceipt }
  /** The channel took it and works on it: look until it shows. */
  | { readonly class: 'accepted'; readonly receipt: ChannelReceipt }
  | NotDone
  /** A person makes it public from here on, and says so (publish/served-by-hand.ts). */
  | { readonly class: 'handed'; readonly why: Why }
  /**
   * It may have happened: look, not before `afterMs` if said, and never repeat blindly. `final`:
   * where a look says that it has not, it is a person's and not sent again.
   */
  | {
      readonly class: 'doubtful';
      readonly why: Why;
      readonly afterMs?: number;
      readonly final?: true;
    };

/** What `lookup` answers. */
export type LookupResult =
  | { readonly class: 'public'; readonly receipt: ChannelReceipt }
  | { readonly class: 'not-public' }
  /** The channel is still at it; there is no use in asking before `notBefore` if said. */
  | { readonly class: 'pending'; readonly notBefore?: Instant | undefined }
  /** Only the person who serves the channel can say. */
  | { readonly class: 'handed'; readonly why: Why }
  /**
   * The channel took it and then refused or removed it. `shown: false`: it says that nobody ever
   * saw it.
   */
  | { readonly class: 'gone'; readonly why: Why; readonly shown?: boolean }
  /**
   * It cannot be looked up, but the channel refuses a second call for the same: repeating exactly
   * the one before tells.
   */
  | { readonly class: 'repeatable'; readonly why: Why }
  /**
   * No answer, or one that settles nothing: a list that is full, nothing to look for. Never taken
   * for "not public". It will not say more before `notBefore` if said: its calls are used up.
   */
  | { readonly class: 'unknown'; readonly why: Why; readonly notBefore?: Instant | undefined };

export type WithdrawAnswer =
  | { readonly class: 'done' }
  | { readonly class: 'cannot'; readonly why: Why };

/** What `preflight` found: everything wrong at once, and what is worth knowing. */
export interface Preflight {
  readonly wrong: readonly Why[];
  readonly notes: readonly Why[];
  /** When the credentials end, as far as the channel says it. */
  readonly goodUntil?: Instant | undefined;
  /** The channel's clock less ours, ms, from its `Date` header. */
  readonly clockOffsetMs?: number | undefined;
  /** Whose account it is, as far as the channel says it. */
  readonly account?: string | undefined;
}

/** A file of a bundle. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly sha256: string;
  readonly bytes: number;
  read(): Promise<Buffer>;
}

/** One release as a channel is given it: the texts are made when asked for. */
export interface ChannelItem {
  readonly publication: PublicationId;
  readonly release: ReleaseId;
  readonly due: Instant;
  readonly title: string;
  readonly summary: string;
  readonly author: string;
  readonly source: string;
  readonly category: string;
  /** The release's public page. */
  readonly url: string;
  /** Changes whenever anything of the content does. */
  readonly digest: string;
  readonly pictures: readonly Asset[];
  /** The cover that the bureau brought; `cover` draws one where there is none. */
  readonly ownCover: Asset | undefined;
  readonly attachments: readonly Asset[];
  /** Body as HTML; pictures by their file name. */
  html(): string;
  /** Body with inline styles; pictures as `pictureUrl` says. */
  wechatHtml(pictureUrl: (name: string) => string): string;
  /** Body as words alone. */
  plainText(): string;
  weiboText(): string;
  cover(): Promise<Asset>;
}

/** What `release` and `lookup` need besides the staged record. */
export interface Call {
  readonly publication: PublicationId;
  readonly release: ReleaseId;
  readonly due: Instant;
  readonly staged: unknown;
  /** From an earlier `accepted` or `done`. */
  readonly receipt?: ChannelReceipt | undefined;
  /** When the call that is doubted was about to be made, epoch ms. */
  readonly calledAt?: number | undefined;
  /**
   * The earliest instant at which it may have been sent: T, or before it where the plan has moved
   * it since.
   */
  readonly since: Instant;
  /** How often this doubt has been looked at. */
  readonly looks: number;
  /**
   * For `release`: false once another worker may take this one for dead. Asked again right before
   * anything is sent.
   */
  readonly guard?: (() => boolean) | undefined;
  /**
   * The content as it would be sent, where nothing is staged and a lookup needs something to look
   * for.
   */
  readonly item?: ChannelItem | undefined;
  /** For `arm`: the content that was staged, where it still lies there. */
  readonly content?: (() => Promise<ChannelItem | undefined>) | undefined;
}

export type ChannelKind =
  | 'website'
  | 'http'
  | 'wechat'
  | 'weibo'
  | 'manual'
  | 'wordpress'
  | 'email'
  | 'module';

/** Why a publication on a channel that a person serves stands still from T on: it is their turn. */
export const YOUR_TURN = 'your-turn';

/** A text of no release, to try a channel with. */
export interface TrialText {
  readonly title: string;
  /** HTML. */
  readonly content: string;
}

/** A call that was made to try a channel, and what it was answered. */
export interface TriedCall {
  readonly call: string;
  readonly isOk: boolean;
  readonly said: string;
}

/**
 * One configured destination. Every method ends within its limits and never throws for what the
 * channel answers.
 */
export interface Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  /** A person publishes there: at T they are told, and what they say is the receipt. */
  readonly isServedByHand?: boolean;
  /** Prepares everything in private; may be repeated. */
  stage(item: ChannelItem, signal: AbortSignal): Promise<StageAnswer>;
  /**
   * Whether what was staged is still there; absent where Banli has nothing of it that could be
   * lost.
   */
  isStaged?(call: Call): Promise<boolean>;
  /**
   * Shortly before T, once a wave, still in private: the last preparation for all that it will
   * release together.
   */
  arm?(calls: readonly Call[], due: Instant, signal: AbortSignal): Promise<void>;
  /** The one call that makes it public. Intent is in the ledger before it is called. */
  release(call: Call, signal: AbortSignal): Promise<ReleaseAnswer>;
  /** Looks whether it is public. Reads only. */
  lookup(call: Call, signal: AbortSignal): Promise<LookupResult>;
  /**
   * Goes on with what was accepted and takes long, of its own bounded pace. Called about once a
   * second by every process that publishes, one after the other within a process.
   */
  tend?(signal: AbortSignal): Promise<void>;
  /** Takes it down. @param reason as the public is told it, where the channel can say one */
  withdraw(call: Call, signal: AbortSignal, reason: string): Promise<WithdrawAnswer>;
  /** Puts new content in the place of what is public; absent where the channel cannot. */
  correct?(
    item: ChannelItem,
    reason: string,
    signal: AbortSignal,
    since: Instant,
  ): Promise<WithdrawAnswer>;
  preflight(signal: AbortSignal): Promise<Preflight>;
  /** Makes, reads and deletes something in private, for `banli doctor --try`. */
  tryOut?(cover: Asset, text: TrialText, signal: AbortSignal): Promise<readonly TriedCall[]>;
}
