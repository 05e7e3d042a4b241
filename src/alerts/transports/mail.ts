// Mail by SMTP. The one place that knows nodemailer. Not for what letters say (templates/) nor for
// trying again (alerts/deliver-letters.ts).
import type { Transporter } from 'nodemailer';
import { messageOf } from '../../lib/errors.ts';
import { personKey } from '../recipients.ts';
import { SendError, type Transport } from '../transport.ts';

export interface MailOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean;
  /** Refuse to go on without TLS. */
  readonly requireTls: boolean;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Certificate of a private authority that signed the server's, PEM. */
  readonly ca?: string | undefined;
  readonly from: string;
  /** Those who are told where no people are configured. */
  readonly to: readonly string[];
  /** Signs every mail (RFC 6376). `key`: the private key in PEM. */
  readonly dkim?:
    | { readonly domain: string; readonly selector: string; readonly key: string }
    | undefined;
}

const CONNECTIONS = 2;
const MESSAGES = 50;

/** One pool of connections, opened with its first letter. */
function opened(options: MailOptions): {
  readonly transport: () => Promise<Transporter>;
  close(): void;
} {
  const make = async (): Promise<Transporter> =>
    // Loaded with the first letter: most commands write none.
    (await import('nodemailer')).createTransport({
      host: options.host,
      port: options.port,
      secure: options.secure,
      requireTLS: options.requireTls,
      pool: true,
      maxConnections: CONNECTIONS,
      maxMessages: MESSAGES,
      connectionTimeout: 5000,
      greetingTimeout: 5000,
      socketTimeout: 15_000,
      ...(options.ca ? { tls: { ca: options.ca } } : {}),
      ...(options.user ? { auth: { user: options.user, pass: options.password ?? '' } } : {}),
      ...(options.dkim
        ? {
            dkim: {
              domainName: options.dkim.domain,
              keySelector: options.dkim.selector,
              privateKey: options.dkim.key,
            },
          }
        : {}),
    });
  let made: Promise<Transporter> | undefined;
  const transport = (): Promise<Transporter> => {
    made ??= make();
    return made;
  };
  return { transport, close: () => void made?.then((open) => open.close()) };
}

export function mailWay(options: MailOptions): Transport {
  const { transport, close } = opened(options);
  const domain = domainOf(options.from);
  return {
    async send(delivery, person) {
      const idOf = (letter: string): string => `<${letter}.${personKey(person.name)}@${domain}>`;
      const thread =
        delivery.thread === undefined
          ? {}
          : { inReplyTo: idOf(delivery.thread), references: [idOf(delivery.thread)] };
      // An address that was mended in the configuration meanwhile: the letter goes to that one.
      const { address } = delivery;
      const to =
        address !== undefined && person.mail.includes(address) ? [address] : [...person.mail];
      let refused: readonly unknown[] | undefined;
      try {
        const info = await (await transport()).sendMail({
          from: options.from,
          to,
          subject: delivery.subject,
          text: delivery.text,
          html: delivery.html,
          date: new Date(delivery.at),
          // The same at every try, so that a repeat is recognisable.
          messageId: idOf(delivery.letter),
          ...thread,
          ...(delivery.severity === 'missed' && delivery.event !== 'closed'
            ? { priority: 'high' as const }
            : {}),
          attachments: delivery.files.map(({ name, type, text }) => ({
            filename: name,
            contentType: type,
            content: text,
          })),
          headers: { 'Auto-Submitted': 'auto-generated', 'List-Id': `Banli <banli.${domain}>` },
        });
        refused = info.rejected;
      } catch (error) {
        throw sendError(error);
      }
      // Taken for some of several, of a letter that an earlier version wrote to all of them at
      // once.
      if (refused && refused.length > 0)
        throw new SendError(`refused: ${refused.join(', ')}`, true);
    },
    async check() {
      try {
        await (await transport()).verify();
      } catch (error) {
        throw sendError(error);
      }
    },
    close,
  };
}

/** What came of one letter to a reader; `doubtful`: nobody knows whether it was taken. */
export interface ReaderAnswer {
  readonly class: 'taken' | 'refused' | 'again' | 'doubtful';
  readonly why: string;
}

/** Letters to readers, who are no people of the house: one each, never with others' addresses. */
export function readerMail(options: MailOptions) {
  const { transport, close } = opened(options);
  const domain = domainOf(options.from);
  return {
    async send(letter: {
      readonly to: string;
      readonly subject: string;
      readonly text: string;
      readonly html: string;
      readonly id: string;
    }): Promise<ReaderAnswer> {
      try {
        const { to, subject, text, html } = letter;
        await (await transport()).sendMail({
          from: options.from,
          to: [to],
          subject,
          text,
          html,
          messageId: `<${personKey(letter.id)}.reader@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { class: 'taken', why: '' };
      } catch (error) {
        return { class: classOf(error), why: messageOf(error).slice(0, 200) };
      }
    },
    async check(): Promise<void> {
      await (await transport()).verify();
    },
    close,
  };
}

/** No server was reached, or it let nobody in. */
const BEFORE = ['EAUTH', 'EDNS', 'ETLS', 'ENOAUTH', 'EOAUTH2'];
const UNREACHED = /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|Greeting never/;

/** A server that answers with a code has not taken it; one that falls silent may have. */
function classOf(error: unknown): 'refused' | 'again' | 'doubtful' {
  const { responseCode, code = '' } = error as { responseCode?: number; code?: string };
  if (sendError(error).lasting) return 'refused';
  if (responseCode !== undefined || BEFORE.includes(code) || UNREACHED.test(messageOf(error)))
    return 'again';
  return 'doubtful';
}

/** The domain of an address, with or without a name before it. */
function domainOf(address: string): string {
  return /@([\w.-]+)>?\s*$/.exec(address)?.[1] ?? 'banli.invalid';
}

/**
 * Only a refusal of this recipient or this letter is for good; a login, a certificate or a server
 * can be mended.
 */
function sendError(error: unknown): SendError {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return new SendError(
    messageOf(error),
    (code === 'EENVELOPE' || code === 'EMESSAGE') &&
      responseCode !== undefined &&
      responseCode >= 500,
  );
}
