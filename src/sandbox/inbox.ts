// The sandbox's SMTP inbox: takes every mail, delivers none. Can be made to be down, to ask for a
// login, and to speak TLS. Not for sending: alerts/transports/mail.ts.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly at: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  /** The mail that it answers. */
  readonly inReplyTo: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly {
    readonly name: string;
    readonly type: string;
    readonly text: string;
  }[];
  /** As it came over the wire. */
  readonly raw: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
}

export interface Inbox {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** The server is gone; its port is kept. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export interface InboxRules {
  /** Without it anybody may send. */
  readonly login?: { readonly user: string; readonly password: string };
  /** PEM; without it there is no STARTTLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Recipients that are refused for good. */
  readonly unknown?: readonly string[];
}

const HEADERS = [
  'list-id',
  'auto-submitted',
  'references',
  'dkim-signature',
  'x-priority',
  'content-type',
];

export async function startInbox(
  port: number,
  now: () => number,
  rules: InboxRules = {},
): Promise<Inbox> {
  const mails: Mail[] = [];
  const make = (): SMTPServer =>
    new SMTPServer({
      authOptional: !rules.login,
      disableReverseLookup: true,
      ...(rules.tls
        ? { key: rules.tls.key, cert: rules.tls.cert }
        : { disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
      size: 10_000_000,
      onAuth(auth, _, callback) {
        const { login } = rules;
        const known = !login || (auth.username === login.user && auth.password === login.password);
        if (known) callback(null, { user: auth.username ?? '' });
        else callback(new Error('Invalid username or password'));
      },
      onRcptTo({ address }, _, callback) {
        if (rules.unknown?.includes(address))
          callback(Object.assign(new Error('No such user here'), { responseCode: 550 }));
        else callback();
      },
      onData(stream, session, callback) {
        readMail(stream, now(), session.secure)
          .then((mail) => {
            mails.push(mail);
            callback();
          })
          .catch((error: unknown) =>
            callback(error instanceof Error ? error : new Error(String(error))),
          );
      },
    });
  let server: SMTPServer | undefined;
  let taken = port;
  const up = async (): Promise<void> => {
    if (server) return;
    const made = make();
    made.on('error', () => undefined);
    const listening = made.listen(taken, '127.0.0.1');
    await once(listening, 'listening');
    taken = (listening.address() as AddressInfo).port;
    server = made;
  };
  const down = async (): Promise<void> => {
    const ending = server;
    server = undefined;
    if (ending) await new Promise<void>((closed) => ending.close(() => closed()));
  };
  await up();
  return { port: taken, mails, up, down, close: down };
}

async function readMail(stream: NodeJS.ReadableStream, at: number, secure: boolean): Promise<Mail> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  const raw = Buffer.concat(chunks);
  const mail = await simpleParser(raw);
  const to = Array.isArray(mail.to)
    ? mail.to.map((one) => one.text).join(', ')
    : (mail.to?.text ?? '');
  const lines = mail.headerLines.map(
    ({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()] as const,
  );
  return {
    to,
    subject: mail.subject ?? '',
    at: new Date(at).toISOString(),
    text: mail.text ?? '',
    html: mail.html || '',
    messageId: mail.messageId ?? '',
    inReplyTo: mail.inReplyTo ?? '',
    headers: Object.fromEntries(lines.filter(([name]) => HEADERS.includes(name))),
    attachments: mail.attachments.map((one) => ({
      name: one.filename ?? '',
      type: one.contentType,
      text: one.content.toString('utf8'),
    })),
    raw: raw.toString('utf8'),
    secure,
  };
}
