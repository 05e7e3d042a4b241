// The one symlink that says which edition is public, and how it is moved on. Not for what an
// edition is: edition-renderer.ts.
//
// Several processes may move it at once. Each edition has exactly one successor: whoever makes the
// link `claims/<edition>` first. The successor is whole by then and its time has come, so anybody
// may finish its rename, and whoever finds a claim does; the claimant, woken late, finds its link
// gone. So nothing that was public is ever replaced by an edition that lacks it.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../lib/errors.ts';

/** What a claim is called where there was no edition before. */
const NONE = 'none';

export class PublicLink {
  readonly #folder: string;

  /** @param folder the site's private root */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The public edition's id; undefined where there is none, or something else stands in its place.
   */
  current(): string | undefined {
    return read(this.#at('current'))?.split('/').at(-1);
  }

  /** Where an edition lies, public or not. */
  folderOf(edition: string): string {
    return this.#at('editions', edition);
  }

  /** The edition that was claimed to follow another. */
  successorOf(edition: string): string | undefined {
    return read(this.#at('claims', edition));
  }

  /** Makes the link by which an edition will be moved into its place. */
  async offer(edition: string): Promise<void> {
    await symlink(join('editions', edition), this.#at(`next.${edition}`));
  }

  /**
   * One attempt to put an edition in the place of the public one.
   * @param guard asked right before the rename: false, and nothing is renamed
   * @returns `again` where another one went first
   */
  move(
    publicNow: string | undefined,
    edition: string,
    guard: () => boolean,
  ): 'flipped' | 'stale' | 'again' {
    const claims = this.#at('claims', publicNow ?? NONE);
    mkdirSync(this.#at('claims'), { recursive: true });
    // From the question to the rename nothing else runs.
    if (!guard()) return 'stale';
    const claimed = claim(claims, edition);
    const moved = moveLink(this.#at(`next.${claimed}`), this.#at('current'));
    if (publicNow === undefined && moved) rmSync(claims, { force: true });
    if (claimed === edition && (moved || this.current() !== publicNow)) return 'flipped';
    if (moved || this.current() !== publicNow) return 'again';
    // Nobody finished it and its link is gone. Where it is there still, it takes its turn with a
    // new link; otherwise its claim is void.
    const isVoid =
      claimed !== edition && (publicNow === undefined || !existsSync(this.folderOf(claimed)));
    if (isVoid) rmSync(claims, { force: true });
    else link(join('editions', claimed), this.#at(`next.${claimed}`));
    return 'again';
  }

  /**
   * Moves out of the way what is no symlink: a copy of the site that followed it leaves a folder
   * there.
   */
  clear(): void {
    const path = this.#at('current');
    if (read(path) !== undefined) return;
    try {
      renameSync(path, `${path}.aside.${randomUUID().slice(0, 8)}`);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  async forget(edition: string): Promise<void> {
    for (const path of [`next.${edition}`, join('claims', edition)])
      await rm(this.#at(path), { force: true });
  }

  #at(...path: string[]): string {
    return join(this.#folder, ...path);
  }
}

/** Where a symlink leads; undefined where there is none. */
function read(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (['ENOENT', 'EINVAL', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

function link(to: string, path: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** The successor of an edition: this one if nobody was first. Claims outlive whoever made them. */
function claim(path: string, edition: string): string {
  try {
    symlinkSync(edition, path);
    return edition;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return read(path) ?? claim(path, edition);
  }
}

/** Done already where the link is not there any more: each is moved once, whoever moves it. */
function moveLink(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return false;
  }
}
