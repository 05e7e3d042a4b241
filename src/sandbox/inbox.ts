// The sandbox's SMTP inbox: takes every mail, delivers none. Not for sending: alerts/mail.ts.
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly at: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
}

export interface Inbox {
  readonly port: number;
  readonly mails: readonly Mail[];
  close(): Promise<void>;
}

export function startInbox(port: number, now: () => number): Promise<Inbox> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    size: 10_000_000,
    onAuth: (auth, _, callback) => callback(null, { user: auth.username ?? '' }),
    onData(stream, _, callback) {
      simpleParser(stream)
        .then((mail) => {
          const to = Array.isArray(mail.to) ? mail.to.map((one) => one.text).join(', ') : (mail.to?.text ?? '');
          mails.push({
            to,
            subject: mail.subject ?? '',
            at: new Date(now()).toISOString(),
            text: mail.text ?? '',
            html: mail.html || '',
            messageId: mail.messageId ?? '',
          });
          callback();
        })
        .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error))));
    },
  });
  return new Promise((done, failed) => {
    server.on('error', failed);
    const listening = server.listen(port, '127.0.0.1', () => {
      const address = listening.address();
      done({
        port: typeof address === 'object' && address ? address.port : port,
        mails,
        close: () => new Promise((closed) => server.close(() => closed())),
      });
    });
  });
}
