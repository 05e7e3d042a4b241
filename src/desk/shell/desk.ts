// What the desk is handed, and who asks: the types that its parts share. Not for any page or route.
import type { Context } from 'hono';
import type { App } from '../../app/app.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Account } from '../../ledger/accounts.ts';
import type { Incident } from '../../ledger/incident.ts';
import { systemCode } from '../../lib/errors.ts';
import { oddCharacter } from '../../lib/plain-text.ts';
import { RequestError } from '../../lib/request-error.ts';
import type { Permission } from '../../operations/roles.ts';

/** The desk's own view of the app. */
export interface Desk {
  readonly app: App;
  readonly words: Messages;
  /** Puts the plan files into force now, if nothing is wrong with them. */
  applyPlan(): Promise<void>;
  /** Takes up content that has changed, now. */
  contentChanged(): Promise<void>;
  /** What the watchdog has found by itself, and that somebody looks after one of those. */
  readonly watchdog: {
    incidents(): Promise<readonly Incident[]>;
    acknowledge(id: string, by: string): Promise<void>;
  };
  /** A fault of ours, for the log. */
  log(error: unknown, where: string): void;
  /**
   * Writes to whoever hears of warnings first, and to the person whom it concerns where they have
   * an address: a heading and a sentence.
   */
  tell(
    say: (words: Messages) => readonly [heading: string, fact: string],
    concerned?: Pick<Account, 'name' | 'mail'>,
  ): Promise<void>;
  /**
   * Has web, engine and watchdog started anew, a moment after whoever asks is answered. Undefined
   * where nobody keeps these processes.
   */
  readonly restart?: (() => void) | undefined;
}

/** Who makes a request, and how. */
export interface Principal {
  readonly account: Account;
  readonly may: ReadonlySet<Permission>;
  /** What a form must bring back; empty where a token stands for a person. */
  readonly csrf: string;
  readonly via: 'session' | 'token';
  /** The address it comes from. */
  readonly from: string;
  /** When they signed in, epoch ms. */
  readonly since: number;
  /** For how long they are in any case, ms. */
  readonly left: number;
  /**
   * What has to be done before anything else can be: a password of one's own, a second factor where
   * it is demanded.
   */
  readonly first: 'password' | 'totp' | undefined;
}

export interface DeskEnv {
  Variables: { who: Principal; words: Messages };
}
export type DeskContext = Context<DeskEnv>;

/**
 * Writes to a folder of the bureau's; one that may not be written to is told as what it is.
 * @throws RequestError
 */
export async function writing<T>(
  words: Messages,
  folder: string,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
      throw new RequestError(409, 'read-only', words.desk.refused.readOnly(folder));
    if (code === 'ENOSPC')
      throw new RequestError(409, 'disk-full', words.reason('disk-full', undefined, ''));
    throw error;
  }
}

/** Nothing that anybody sends is nested deeper. */
const DEEPEST = 40;

/**
 * No value, however deep, has a character that no page can show.
 * @throws RequestError naming the one that has
 */
export function mustBeShowable(value: unknown, words: Messages, name = '', depth = 0): void {
  if (depth > DEEPEST) throw new RequestError(422, 'too-deep', words.desk.refused.wrongInput);
  if (typeof value === 'string') {
    const odd = oddCharacter(value);
    if (odd)
      throw new RequestError(
        422,
        'odd-character',
        words.desk.refused.oddCharacter(name, odd.name),
        { hint: words.desk.refused.oddCharacterHow },
      );
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      mustBeShowable(key, words, name, depth + 1);
      mustBeShowable(inner, words, key, depth + 1);
    }
  }
}
