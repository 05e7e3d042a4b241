// Calls of a simulated process to the channels outside: what is under way when it dies arrives all
// the same, what comes back while it is stopped waits. Which fault a call meets hangs on what it
// is, not on what came before it.
import type { Http, HttpAnswer, HttpCall } from '../../src/channels/http.ts';
import type { Fault, Outside, Service } from './outside.ts';
import { chance } from './random.ts';
import type { Process } from './scheduler.ts';

/** A releasing call is given up after so long (channels/http.ts). */
const RELEASE_MS = 5000;
const CALL_MS = 15_000;
const none = (sent: boolean, why: string): HttpAnswer => ({ ok: false, sent, why });
const broken: HttpAnswer = {
  ok: true,
  status: 502,
  headers: {},
  text: 'bad gateway',
  date: undefined,
};

export function network(process: Process, outside: Outside, counts: Map<string, number>): Http {
  const { scheduler } = process;
  const sleep = (ms: number): Promise<void> =>
    new Promise((done) => {
      process.after(ms, done);
    });
  return async (call, signal) => {
    const channel = new URL(call.url).hostname.split('.')[0] ?? '';
    const service = outside.services.get(channel);
    if (!service) return none(false, 'ENOTFOUND');
    const key = `${channel} ${call.method} ${call.url} ${String(call.body ?? '').slice(0, 300)}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const random = chance(scheduler.seed, 'call', key, count);
    await sleep(random.whole(0, 30));
    if (signal.aborted) return none(false, 'AbortError');
    if (call.guard && !call.guard()) return none(false, 'BANLI_STALE');
    const fault = outside.faultFor(channel, random);
    if (fault === 'no-connection') return none(false, 'ECONNREFUSED');
    const trip = random.whole(1, 80);
    const limit = call.guard ? RELEASE_MS : CALL_MS;
    const done = carry(process, service, call, fault, random.whole(200, limit - 200), trip);
    return new Promise((answered) => {
      const stop = (): void => answered(none(true, 'AbortError'));
      signal.addEventListener('abort', stop, { once: true });
      void done.then((answer) => {
        signal.removeEventListener('abort', stop);
        answered(answer);
      });
    });
  };
}

/** The way there and back. */
function carry(
  process: Process,
  service: Service,
  call: HttpCall,
  fault: Fault,
  late: number,
  trip: number,
): Promise<HttpAnswer> {
  const { scheduler } = process;
  const sentAt = scheduler.now;
  const act = (): HttpAnswer => {
    const answer = service.answer(call, sentAt);
    const next = service.next();
    if (next !== undefined) scheduler.at(next, () => service.settle());
    return answer;
  };
  return new Promise((done) => {
    const back = (after: number, answer: HttpAnswer): void => {
      process.after(after, () => done(answer));
    };
    const there = (after: number, run: () => void): void => {
      scheduler.at(sentAt + after, run);
    };
    switch (fault) {
      case 'lost-before':
        return back(late, none(true, 'UND_ERR_SOCKET'));
      case 'lost-after':
        return there(trip, () => {
          act();
          back(late, none(true, 'UND_ERR_SOCKET'));
        });
      case 'late-effect':
        // The line is cut at once; the request is taken up from a queue there.
        there(late, act);
        return back(trip, none(true, 'UND_ERR_SOCKET'));
      case 'busy':
        return back(trip, {
          ok: true,
          status: 503,
          headers: { 'retry-after': '20' },
          text: '',
          date: undefined,
        });
      case 'broken-before':
        return back(trip, broken);
      case 'broken-after':
        return there(trip, () => {
          act();
          back(trip, broken);
        });
      case 'quota':
        return back(trip, service.quota());
      case 'refused':
        return back(trip, service.refusal());
      default:
        return there(trip, () => back(trip, act()));
    }
  });
}
