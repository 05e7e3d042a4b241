// How much of each call the stand-in for WeChat takes on a Beijing day. Written to WeChat's own
// table for new accounts, and not to Banli's (channels/wechat/calls.ts).
import { DateTime } from 'luxon';

const PER_DAY: Readonly<Record<string, number>> = {
  '/cgi-bin/draft/add': 1000,
  '/cgi-bin/draft/get': 500,
  '/cgi-bin/draft/count': 1000,
  '/cgi-bin/freepublish/submit': 100,
  '/cgi-bin/freepublish/get': 100,
  '/cgi-bin/freepublish/batchget': 100,
  '/cgi-bin/freepublish/delete': 10,
  '/cgi-bin/message/mass/sendall': 100,
};

export class DailyCalls {
  readonly #now: () => number;
  #day = '';
  #calls = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a call. @returns whether there were too many today */
  isOver(path: string): boolean {
    const day = DateTime.fromMillis(this.#now(), { zone: 'Asia/Shanghai' }).toFormat('yyyyMMdd');
    if (day !== this.#day) {
      this.#day = day;
      this.#calls = new Map();
    }
    const calls = (this.#calls.get(path) ?? 0) + 1;
    this.#calls.set(path, calls);
    return calls > (PER_DAY[path] ?? Number.POSITIVE_INFINITY);
  }
}
