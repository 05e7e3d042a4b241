// Passwords and second factors. Argon2id as OWASP recommends it, TOTP as RFC 6238 has it. Not for
// sessions: session.ts.
import { hash, verify } from '@node-rs/argon2';
import { Secret, TOTP } from 'otpauth';
import { toDataURL } from 'qrcode';

/**
 * 19 MiB, two passes, one lane: Argon2id, the first choice of OWASP's password storage cheat sheet.
 */
const ARGON = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/**
 * Shorter is refused, longer needs no rules: NIST SP 800-63B. Bounded, so that hashing one costs
 * what hashing another does.
 */
export const PASSWORD = { shortest: 12, longest: 128 } as const;
/** Of zxcvbn's scores 0–4: below this it is guessed in under ten thousand million tries. */
const GOOD_SCORE = 3;

/** Everybody who would guess tries these first, beside the person's own name. */
const NEAR = ['banli', 'tongji', 'tjj'];
type Weakness = 'short' | 'long' | 'name' | 'near' | 'pattern' | 'word' | 'common';

/**
 * Why a password is no good, as a key of words. Asks a list of tens of thousands that everybody
 * tries first.
 */
export async function weaknessOf(password: string, name: string): Promise<Weakness | undefined> {
  if ([...password].length < PASSWORD.shortest) return 'short';
  if ([...password].length > PASSWORD.longest) return 'long';
  strength ??= readStrength();
  const { score, sequence } = (await strength).check(password, [name, ...NEAR]);
  return score < GOOD_SCORE ? whyGuessed(sequence, name) : undefined;
}

/** What made it easy, the plainest of it: its parts as the guesser took it to pieces. */
function whyGuessed(
  parts: readonly {
    readonly pattern: string;
    readonly token: string;
    readonly dictionaryName?: unknown;
  }[],
  name: string,
): Weakness {
  const own = parts.filter(({ dictionaryName }) => dictionaryName === 'userInputs');
  if (own.length > 0)
    return own.some(({ token }) => !NEAR.includes(token.toLowerCase())) || NEAR.includes(name)
      ? 'name'
      : 'near';
  const longest = [...parts].sort((a, b) => b.token.length - a.token.length)[0];
  if (['repeat', 'sequence', 'spatial', 'date', 'regex'].includes(longest?.pattern ?? ''))
    return 'pattern';
  return parts.some(({ pattern }) => pattern === 'dictionary') ? 'word' : 'common';
}
let strength: ReturnType<typeof readStrength> | undefined;

/** Megabytes of lists: read when somebody chooses a password, and not before. */
async function readStrength() {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}

/**
 * So many passwords are looked at at once: each takes 19 MiB and one of the four threads that also
 * read the public site's files.
 */
const AT_ONCE = 2;
let free = AT_ONCE;
const waiting: (() => void)[] = [];

/** Waits for its turn, first come first served. */
async function inTurn<T>(look: () => Promise<T>): Promise<T> {
  if (free > 0) free--;
  else await new Promise<void>((go) => waiting.push(go));
  try {
    return await look();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, ARGON));
}

/** Costs the same where there is nobody of that name. */
export async function isPassword(hashed: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this one');
  const known = hashed ?? (await nobody);
  return (await inTurn(() => verify(known, password))) && hashed !== undefined;
}
let nobody: Promise<string> | undefined;

/** A new secret for an app that shows codes, with the picture that it reads. */
export async function newTotp(
  name: string,
  bureau: string,
  secret?: string,
): Promise<{ secret: string; uri: string; picture: string }> {
  const totp = new TOTP({
    issuer: bureau,
    label: name,
    secret: secret === undefined ? new Secret({ size: 20 }) : Secret.fromBase32(secret),
  });
  return {
    secret: totp.secret.base32,
    uri: totp.toString(),
    picture: await toDataURL(totp.toString(), { margin: 1, width: 220 }),
  };
}

/**
 * The time step of a code, a step to either side allowed; undefined where it is wrong.
 * @param now epoch ms
 */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  const delta = new TOTP({ secret: Secret.fromBase32(secret) }).validate({
    token: code.replace(/\s/g, ''),
    timestamp: now,
    window: 1,
  });
  return delta === null ? undefined : Math.floor(now / 30_000) + delta;
}
