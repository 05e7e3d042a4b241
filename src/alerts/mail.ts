// Sends letters by SMTP. The one place that knows nodemailer. Not for what letters say: letters/.
import { createTransport } from 'nodemailer';
import type { Letter } from '../ledger/notebook.ts';

export interface MailOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean;
  /** Refuse to go on without TLS. */
  readonly requireTls: boolean;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

export interface Mailer {
  /** Sends one letter to all operators. The Message-ID follows from the letter's id, so a repeat is recognisable. */
  send(letter: Letter): Promise<void>;
  /** Logs in and out again. */
  check(): Promise<void>;
  close(): void;
}

export function mailer(options: MailOptions): Mailer {
  const transport = createTransport({
    host: options.host,
    port: options.port,
    secure: options.secure,
    requireTLS: options.requireTls,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 15_000,
    ...(options.user ? { auth: { user: options.user, pass: options.password ?? '' } } : {}),
  });
  const domain = options.from.split('@').at(-1)?.replace('>', '') ?? 'banli.invalid';
  return {
    async send(letter) {
      await transport.sendMail({
        from: options.from,
        to: [...options.to],
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        date: new Date(letter.at),
        messageId: `<${letter.id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'List-Id': `Banli <banli.${domain}>` },
      });
    },
    check: async () => void (await transport.verify()),
    close: () => transport.close(),
  };
}
