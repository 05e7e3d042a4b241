// Invitations: a link that opens once, by which somebody chooses their own password. Nobody else
// ever knows that password. For passwords that are given instead see people.ts; for signing in,
// desk/auth/sign-in.ts.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Messages } from '../../i18n/index.ts';
import { type Account, hashOf } from '../../ledger/accounts.ts';
import { RequestError } from '../../lib/request-error.ts';
import { hashPassword, weaknessOf } from '../auth/secrets.ts';
import { openSession, tellChanged } from '../auth/sign-in.ts';
import type { Desk } from '../shell/desk.ts';
import type { By } from './people.ts';

/**
 * An invitation is good for so long, s. NIST SP 800-63B allows such a link 24 hours by mail, and
 * the same here for any other way.
 */
const GOOD_S = 24 * 3600;
const invitation = z.object({ invited: z.string(), secrets: z.number() });

/** @returns the link, for the only time. Another password or factor meanwhile ends it. */
export async function createInvitation(
  { app }: Pick<Desk, 'app'>,
  { name: by, from }: By,
  { name, secrets }: Account,
): Promise<string> {
  const { accounts, journal, clock, config } = app;
  const secret = randomBytes(32).toString('base64url');
  const hash = hashOf(secret);
  // A new one ends the one before; so does whatever else an administrator changes of the person.
  if (typeof (await accounts.change(name, (one) => ({ ...one, invitation: hash }))) === 'string')
    throw new Error(`no account ${name}`);
  await accounts.keep(
    'invitation',
    secret,
    { invited: name, secrets } satisfies z.output<typeof invitation>,
    GOOD_S,
  );
  await journal.append('person-invited', '', by, clock.now(), { name, from });
  return `${config.desk.publicUrl}desk/welcome/${secret}`;
}

/**
 * Whom a link invites. Looking does not use it up: what opens links in mails before people do
 * would.
 */
export async function invitedBy(
  { app: { accounts } }: Pick<Desk, 'app'>,
  secret: string,
): Promise<Account | undefined> {
  const found = invitation.safeParse(await accounts.look('invitation', secret)).data;
  const account = found && (await accounts.get(found.invited));
  const isGood =
    account &&
    !account.disabled &&
    account.secrets === found.secrets &&
    account.invitation === hashOf(secret);
  return isGood ? account : undefined;
}

/** The name that somebody says of themselves; it may be left out. */
export const ownName = z.string().max(50);

/** What the invited person has typed. */
interface Chosen {
  readonly password: string;
  /** Empty: as it is. */
  readonly display: string;
}

/**
 * Sets the password that the invited person has chosen, and uses the link up. Ends what they were
 * signed in with before.
 * @returns their account and a session's secret; none where they have a second factor, which is
 *   asked for at sign-in
 * @throws RequestError where the link is no longer good, or the password is weak: then the link
 *   stays good
 */
export async function acceptInvitation(
  desk: Desk,
  secret: string,
  { password, display }: Chosen,
  from: string,
  words: Messages,
): Promise<{ readonly account: Account; readonly session: string | undefined }> {
  const { accounts, journal, clock } = desk.app;
  const w = words.desk.invitation;
  const gone = (): RequestError =>
    new RequestError(404, 'invitation-over', w.over, { hint: w.overHow });
  const invited = await invitedBy(desk, secret);
  if (!invited) throw gone();
  const weak = await weaknessOf(password, invited.name);
  if (weak) throw new RequestError(422, 'weak-password', words.desk.me.weak[weak] ?? weak);
  const hashed = await hashPassword(password);
  // Of two who send it at once, one has it.
  if ((await accounts.take('invitation', secret)) === undefined) throw gone();
  const changed = await accounts.change(invited.name, (before) =>
    before.disabled ||
    before.secrets !== invited.secrets ||
    before.invitation !== invited.invitation
      ? undefined
      : {
          ...before,
          ...(display === '' ? {} : { display }),
          password: hashed,
          given: false,
          givenAt: undefined,
          invitation: undefined,
          generation: before.generation + 1,
          secrets: before.secrets + 1,
        },
  );
  if (typeof changed === 'string') throw gone();
  await journal.append('password-chosen', '', invited.name, clock.now(), { from });
  await tellChanged(desk, changed.after, invited.name);
  const session =
    changed.after.totp === undefined
      ? await openSession(desk, changed.after, from, 'invitation')
      : undefined;
  return { account: changed.after, session };
}
