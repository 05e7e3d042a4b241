// Mass sends as the stand-in for WeChat takes them: a subscription account one a day, a service
// account one that succeeds a day and four a month. A fifth one of a month is taken and never
// delivered, as users of the real service saw it.
import { DateTime } from 'luxon';

export interface SendRules {
  readonly account: 'service' | 'subscription';
  readonly generous?: boolean | undefined;
  /** What a service account's fifth send of a month comes to; `undelivered`, if it is not said. */
  readonly fifth?: 'undelivered' | 'used-up' | undefined;
}

export interface Send {
  readonly id: string;
  readonly clientId: string;
  readonly at: number;
  readonly job: string;
}

/** The same id is refused for so long, ms; under way it is for the first of these. */
const REPEAT_MS = 86_400_000;
const UNDER_WAY_MS = 2000;

export class MassSends {
  readonly #sends: Send[] = [];
  readonly #rules: SendRules;
  /** Whether a send came to nothing: those are not counted. */
  readonly #failed: (send: Send) => boolean;

  constructor(rules: SendRules, failed: (send: Send) => boolean) {
    this.#rules = rules;
    this.#failed = failed;
  }

  add(send: Send): void {
    this.#sends.push(send);
  }

  byId(id: string): Send | undefined {
    return this.#sends.find((one) => one.id === id);
  }

  /** An earlier one with this client's id. */
  before(
    clientId: string | undefined,
    now: number,
  ): { send: Send; isUnderWay: boolean } | undefined {
    const send = this.#sends.find(
      (one) => clientId !== undefined && one.clientId === clientId && now - one.at < REPEAT_MS,
    );
    return send && { send, isUnderWay: now - send.at < UNDER_WAY_MS };
  }

  /** What one more would come to now. */
  next(now: number): 'sent' | 'used-up' | 'undelivered' {
    const { account, generous, fifth = 'undelivered' } = this.#rules;
    const since = (unit: 'day' | 'month'): number => {
      const from = DateTime.fromMillis(now, { zone: 'Asia/Shanghai' }).startOf(unit).toMillis();
      return this.#sends.filter((one) => one.at >= from && !this.#failed(one)).length;
    };
    if (generous) return 'sent';
    if (since('day') >= 1) return 'used-up';
    return account === 'service' && since('month') >= 4 ? fifth : 'sent';
  }
}
