// The part of banli.yaml about people, mail, alerts and the watchdog: its schema, and what it
// means. Not for the rest: load.ts.
import { z } from 'zod';
import type { TransportOptions } from '../alerts/deliver-letters.ts';
import type { ReportRules } from '../alerts/letter-schedule.ts';
import { MAIL, type Person } from '../alerts/recipients.ts';
import type { AlertRules } from '../alerts/settle-incidents.ts';
import type { MailOptions } from '../alerts/transports/mail.ts';
import type { Before } from '../alerts/upcoming.ts';
import type { ChannelLimit } from '../plan/conflicts.ts';
import { parseDuration } from '../plan/time.ts';
import type { Language } from '../plan/types.ts';
import { id, length, mailAddress, port, type Reveal, secret, text, url } from './values.ts';

/** Whom to tell of what, when. */
export interface AlertOptions extends AlertRules, ReportRules {
  readonly before: readonly Before[];
  /** A plan that reaches less far ahead is told, ms; undefined: never. */
  readonly planEnds: number | undefined;
  /** Address of the pages that links in mails lead to, with a slash at the end. */
  readonly links: string;
  /** How long a link is good, ms. */
  readonly linkLife: number;
  readonly ways: ReadonlyMap<string, TransportOptions>;
  /** What the channels take, by their own rules. */
  readonly limits: readonly ChannelLimit[];
}

/** The watchdog's own configuration. */
export interface WatchdogOptions {
  /** Where it looks at the public site, with a slash at the end. */
  readonly site: string;
  /** How often it looks, ms. */
  readonly every: number;
  /** So long without a sign of life of the service is a fault, ms. */
  readonly patience: number;
  /** Less free than this is told, MB (10^6 bytes). */
  readonly disk: number;
  /** Called at each round, so that its own end shows elsewhere. */
  readonly ping: string | undefined;
}

const way = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('wecom'), url: secret }),
  z.strictObject({ kind: z.literal('dingtalk'), url: secret, secret: secret.optional() }),
  z.strictObject({ kind: z.literal('webhook'), url, secret }),
]);
const names = z.array(text);
const person = z.strictObject({
  name: text,
  mail: z.union([mailAddress, z.array(mailAddress).min(1)], 'address').optional(),
  language: z.enum(['zh', 'en']).optional(),
  ways: z
    .strictObject({ missed: names.optional(), warning: names.optional(), report: names.optional() })
    .default({}),
  quiet: z
    .string('quiet')
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'quiet')
    .optional(),
});
const warning = z.string('before').regex(/^(lead|\d{1,2}wd|\d{1,7}[smhd])$/, 'before');
const lengthOrNever = z.string('duration').regex(/^(never|\d{1,7}[smhd])$/, 'duration');
const timeOrNever = z.string('time').regex(/^(never|([01]\d|2[0-3]):[0-5]\d)$/, 'time');

/** The entries of banli.yaml. */
export const alertEntries = {
  people: z.array(person).min(1).optional(),
  mail: z
    .strictObject({
      host: text,
      port: port.default(587),
      secure: z.boolean().default(false),
      requireTls: z.boolean().default(true),
      user: text.optional(),
      password: secret.optional(),
      from: mailAddress,
      to: z.array(mailAddress).min(1).optional(),
      ca: z.strictObject({ file: text }).optional(),
      dkim: z.strictObject({ domain: text, selector: text, key: secret }).optional(),
    })
    .optional(),
  alerts: z
    .strictObject({
      before: z.array(warning).default(['3wd', '1d', 'lead']),
      escalate: length.default('30m'),
      escalateWarnings: length.default('1d'),
      remind: length.default('1h'),
      planEnds: lengthOrNever.default('30d'),
      weekAhead: timeOrNever.default('09:00'),
      monthBack: timeOrNever.default('09:00'),
      receipts: z.boolean().default(false),
      links: url.optional(),
      linkLife: length.default('3d'),
      ways: z.record(id, way).default({}),
    })
    .prefault({}),
  watchdog: z
    .strictObject({
      site: url.optional(),
      every: length.default('10s'),
      patience: length.default('40s'),
      disk: z.number('count').int('count').min(0, 'count').default(200),
      ping: secret.optional(),
    })
    .prefault({}),
};
const whole = z.object(alertEntries);
type Entry = z.output<typeof whole>;

/** Names that people use and nobody configured: refused at their line. */
export function checkWays(entry: Entry, context: z.RefinementCtx): void {
  const known = [...(entry.mail ? [MAIL] : []), ...Object.keys(entry.alerts.ways)];
  entry.people?.forEach((one, index) => {
    for (const [severity, ways] of Object.entries(one.ways))
      ways?.forEach((name, place) => {
        if (!known.includes(name))
          context.addIssue({
            code: 'custom',
            path: ['people', index, 'ways', severity, place],
            message: 'way',
            input: name,
          });
        else if (name === MAIL && one.mail === undefined)
          context.addIssue({
            code: 'custom',
            path: ['people', index, 'ways', severity, place],
            message: 'mail',
            input: name,
          });
      });
  });
  if (entry.mail && !entry.mail.to && !entry.people)
    context.addIssue({ code: 'custom', path: ['mail', 'to'], message: 'text', input: undefined });
}

export function mailOf({ mail }: Entry, reveal: Reveal): MailOptions | undefined {
  if (!mail) return undefined;
  const { password, dkim, ca, to = [], ...rest } = mail;
  return {
    ...rest,
    to,
    password: password && reveal('mail.password', password),
    ca: ca && reveal('mail.ca', ca),
    dkim: dkim && { ...dkim, key: reveal('mail.dkim.key', dkim.key) },
  };
}

export function alertsOf(
  entry: Entry,
  deskUrl: string,
  language: Language,
  limits: readonly ChannelLimit[],
  reveal: Reveal,
): AlertOptions {
  const { alerts } = entry;
  const { links = deskUrl } = alerts;
  return {
    people: peopleOf(entry, language),
    escalate: { missed: ms(alerts.escalate), warning: ms(alerts.escalateWarnings) },
    remind: ms(alerts.remind),
    before: alerts.before.map(
      (one): Before =>
        one === 'lead'
          ? one
          : one.endsWith('wd')
            ? { workingDays: Number(one.slice(0, -2)) }
            : { ms: ms(one) },
    ),
    planEnds: alerts.planEnds === 'never' ? undefined : ms(alerts.planEnds),
    weekAhead: alerts.weekAhead === 'never' ? undefined : alerts.weekAhead,
    monthBack: alerts.monthBack === 'never' ? undefined : alerts.monthBack,
    receipts: alerts.receipts,
    links: links.endsWith('/') ? links : `${links}/`,
    linkLife: ms(alerts.linkLife),
    ways: new Map(
      Object.entries(alerts.ways).map(([name, one]) => [name, wayOf(name, one, reveal)]),
    ),
    limits,
  };
}

export function watchdogOf(
  { watchdog }: Entry,
  publicUrl: string,
  reveal: Reveal,
): WatchdogOptions {
  const { site = publicUrl, ping } = watchdog;
  return {
    site: site.endsWith('/') ? site : `${site}/`,
    every: ms(watchdog.every),
    patience: ms(watchdog.patience),
    disk: watchdog.disk,
    ping: ping && reveal('watchdog.ping', ping),
  };
}

/**
 * Those who are told, in the order in which they are asked; where none are named, the addresses of
 * `mail.to` together.
 */
function peopleOf({ people, mail }: Entry, language: Language): Person[] {
  if (!people) {
    const [first] = mail?.to ?? [];
    return first === undefined
      ? []
      : [
          {
            name: first,
            mail: (mail?.to ?? []).flatMap(addressesIn),
            language,
            quiet: undefined,
            ways: { missed: [MAIL], warning: [MAIL], report: [MAIL] },
          },
        ];
  }
  return people.map((one, index): Person => {
    const usual = one.mail === undefined || !mail ? [] : [MAIL];
    return {
      name: one.name,
      mail: one.mail === undefined ? [] : [one.mail].flat().flatMap(addressesIn),
      language: one.language ?? language,
      quiet:
        one.quiet === undefined
          ? undefined
          : { from: minuteOf(one.quiet.slice(0, 5)), to: minuteOf(one.quiet.slice(6)) },
      ways: {
        missed: one.ways.missed ?? usual,
        warning: one.ways.warning ?? usual,
        // Whoever is asked only when nobody answers gets no regular mail unless they ask for it.
        report: one.ways.report ?? (index === 0 ? usual : []),
      },
    };
  });
}

/** Several addresses in one text are several: each letter goes to each by itself. */
function addressesIn(text: string): string[] {
  const parts = text.split(/\s*[,;，；]\s*/).filter((part) => part !== '');
  return parts.every((part) => part.includes('@')) ? parts : [text];
}

function wayOf(name: string, one: z.output<typeof way>, reveal: Reveal): TransportOptions {
  const at = `alerts.ways.${name}`;
  switch (one.kind) {
    case 'wecom':
      return { kind: 'wecom', url: reveal(`${at}.url`, one.url) };
    case 'dingtalk':
      return {
        kind: 'dingtalk',
        url: reveal(`${at}.url`, one.url),
        secret: one.secret && reveal(`${at}.secret`, one.secret),
      };
    case 'webhook':
      return { ...one, secret: reveal(`${at}.secret`, one.secret) };
  }
}

function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function ms(text: string): number {
  return parseDuration(text) ?? 0;
}
