// The picture that goes with a post: which of a release's it is, and where its bytes are until the
// call. Not for how it is sent: weibo-request.ts.
import type { Asset, Call, ChannelItem } from './channel.ts';

/** Weibo refuses larger ones (20006). */
const PICTURE_BYTES = 5_000_000;
/** As Weibo takes them, and how their names end. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
};
/** Pictures are waited for no longer than this shortly before T, ms. */
const FETCH_MS = 1000;
/** So many bytes are kept at once. */
const SHELF_BYTES = 40_000_000;

/** A picture that goes with a post. */
export interface PostPicture {
  /** ASCII: a file's own name may say anything. */
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

const isForWeibo = ({ type, bytes }: Asset): boolean => type in ENDINGS && bytes < PICTURE_BYTES;

/**
 * The bureau's own cover, else the first picture of the text (a chart, mostly), else the cover that
 * is drawn; undefined where none can be had: the post goes out without one.
 */
export async function pictureFor(item: ChannelItem): Promise<Asset | undefined> {
  const own = [...(item.ownCover ? [item.ownCover] : []), ...item.pictures].find(isForWeibo);
  const found = own ?? (await item.cover().catch(() => undefined));
  return found && isForWeibo(found) ? found : undefined;
}

/** The bytes of what is about to be sent: the ledger does not keep them. */
export class PictureShelf {
  readonly #kept = new Map<string, { readonly staged: string; readonly picture: PostPicture }>();

  /** Kept from staging on: drawing covers shortly before T would take the time of the release. */
  async put(publication: string, picture: Asset): Promise<void> {
    this.#kept.delete(publication);
    try {
      const name = `${picture.sha256.slice(0, 12)}.${ENDINGS[picture.type]}`;
      const one = { name, type: picture.type, bytes: await picture.read() };
      this.#kept.set(publication, { staged: picture.sha256, picture: one });
      this.#dropOldest();
    } catch {
      // A folder that cannot be read keeps no release: it goes out without its picture.
    }
  }

  /**
   * Reads what goes with calls and is not here (another worker staged it), should it still be what
   * was staged; no longer than the little time before T allows.
   */
  async fetch(calls: readonly { call: Call; sha256: string | undefined }[]): Promise<void> {
    const limit = AbortSignal.timeout(FETCH_MS);
    const over = new Promise<void>((done) => {
      limit.addEventListener('abort', () => done(), { once: true });
    });
    await Promise.race([Promise.all(calls.map((one) => this.#fetchOne(one))), over]);
  }

  async #fetchOne({ call, sha256 }: { call: Call; sha256: string | undefined }): Promise<void> {
    if (sha256 !== undefined && this.#kept.get(call.publication)?.staged === sha256) return;
    this.drop(call);
    if (sha256 === undefined) return;
    const item = await call.content?.().catch(() => undefined);
    const picture = item && (await pictureFor(item));
    if (picture) await this.put(call.publication, { ...picture, sha256 });
  }

  of({ publication }: Call): PostPicture | undefined {
    return this.#kept.get(publication)?.picture;
  }

  drop({ publication }: Call): void {
    this.#kept.delete(publication);
  }

  /** What was armed and never sent, for something came between, does not stay for ever. */
  #dropOldest(): void {
    let held = 0;
    for (const [publication, { picture }] of [...this.#kept].reverse()) {
      held += picture.bytes.length;
      if (held > SHELF_BYTES) this.#kept.delete(publication);
    }
  }
}
