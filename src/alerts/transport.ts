// One way to reach people, and what it may answer. Each way is a file in transports/; mail is
// alerts/transports/mail.ts. Not for who is reached by which: recipients.ts.
import type { Delivery } from '../ledger/delivery.ts';
import type { Person } from './recipients.ts';

/** Sends letters. */
export interface Transport {
  /** Resolves once the other side has taken it. @throws SendError */
  send(delivery: Delivery, person: Person): Promise<void>;
  /** Logs in, as far as that is possible without sending anything. @throws SendError */
  check(): Promise<void>;
  close(): void;
}

/** A letter was not taken. The message holds no secret. */
export class SendError extends Error {
  /** The other side will never take it as it is: asked again more rarely. */
  readonly lasting: boolean;

  constructor(message: string, lasting: boolean) {
    super(message.slice(0, 300));
    this.lasting = lasting;
  }
}

const HOUR_MS = 3_600_000;
const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;
/**
 * What is over by then is told no more. SMTP servers give up after four or five days (RFC 5321,
 * 4.5.4.1).
 */
export const GIVE_UP_MS = 5 * 24 * HOUR_MS;

/**
 * How long to wait after a failed try: 10 s, doubling to 10 min; an hour where the other side
 * refused for good.
 */
export function waitAfter(tries: number, lasting: boolean): number {
  return lasting ? HOUR_MS : Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
}
