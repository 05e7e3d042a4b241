// The kinds of value that banli.yaml is made of. Each refuses by the name of what was expected
// (plan/schema.ts); i18n/ has the sentence.
import { isIP } from 'node:net';
import { z } from 'zod';

export const text = z.string('text').trim().min(1, 'text').max(300, 'text');
export const id = z.string('id').regex(/^[a-z][a-z0-9-]*$/, 'id');
/** An address of a whole host: nothing stands after it. */
export const origin = z
  .string('text')
  .refine((one) => /^https?:\/\/[^/?#@\s]+\/?$/.test(one) && URL.canParse(one), 'origin');
export const url = z
  .string('url')
  .max(2000, 'url')
  .refine((one) => /^https?:\/\/[^\s\\]+$/.test(one) && URL.canParse(one), 'url');
/**
 * The address that readers open: everything public is under it, so that nothing may follow its
 * path, and no password belongs in it.
 */
export const siteAddress = z
  .string('siteAddress')
  .max(300, 'siteAddress')
  .refine(
    (one) => /^https?:\/\/[^/?#@\s\\]+(\/[^?#\s\\]*)?$/.test(one) && isHost(one),
    'siteAddress',
  )
  .transform((one) => new URL(one).href);

/** One address, or several in one text; with or without a name before it. */
export const mailAddress = z
  .string('address')
  .trim()
  .max(300, 'address')
  .refine(
    (one) =>
      one
        .split(/\s*[,;，；]\s*/)
        .every(
          (part) => part === '' || /^([^<>@]*<)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?$/.test(part),
        ) && one.includes('@'),
    'address',
  );
export const port = z.number('count').int('count').min(0, 'count').max(65_535, 'count');
export const length = z.string('duration').regex(/^\d{1,7}[smhd]$/, 'duration');
/** An address of a machine, or a network as `10.0.0.0/8`. */
export const network = z.string('network').refine((one) => {
  const [net = '', bits, more] = one.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(net)] ?? -1;
  return (
    more === undefined &&
    most > 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}, 'network');
/** A name or an address of a machine, and not `-` or `0`, which nobody can open. */
function isHost(address: string): boolean {
  const { hostname } = URL.canParse(address) ? new URL(address) : { hostname: '' };
  return /[^0.:[\]]/.test(hostname) && !hostname.split('.').some((label) => /^-|-$/.test(label));
}

/** A secret that is written in the place of a variable's name is seldom one that a variable has. */
const variable = z.string('text').regex(/^[A-Za-z_][\w.-]*$/, 'secret');

/** Never the secret itself: where it is. */
export const secret = z.union(
  [z.strictObject({ env: variable }, 'secret'), z.strictObject({ file: text }, 'secret')],
  'secret',
);

/** Reads a secret. @throws BanliError naming what is missing and where it is looked for */
export type Reveal = (what: string, where: z.output<typeof secret>) => string;

/** A password goes over it: encrypted, or on this machine. */
export const isPrivateWay = (address: string): boolean => {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
};
