// One HTTP call with every limit of channels.md: connect 5 s, whole call 15 s, answer at most 1 MB,
// no redirects, TLS verified. Says whether anything was sent when it fails. Not for what an answer
// means: the adapters.
import { Agent, type Dispatcher, request } from 'undici';
import { messageOf, systemCode } from '../lib/errors.ts';

export const CALL_MS = 15_000;
/**
 * A releasing call ends sooner: whoever takes over after a dead worker waits for as long before it
 * looks.
 */
export const RELEASE_MS = 5000;
export const UPLOAD_MS = 60_000;
const ANSWER_BYTES = 1_000_000;

/** The guard of a call that is no longer this worker's to make. */
const STALE = 'BANLI_STALE';

/**
 * undici tells its handler that a request starts right before it writes the request to the socket
 * (`onConnect`, by its newer name `onRequestStart`); an abort there writes nothing.
 */
const guarded: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { guard } = options as { guard?: () => boolean };
  if (!guard) return dispatch(options, handler);
  const watched = new Proxy(handler, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'onConnect' && name !== 'onRequestStart') return value.bind(target) as unknown;
      return (
        first: ((error: Error) => void) | { abort(error: Error): void },
        context: unknown,
      ): void => {
        const stale = guard()
          ? undefined
          : Object.assign(new Error('no longer allowed to send'), { code: STALE });
        if (!stale) value.call(target, first, context);
        else if (typeof first === 'function') first(stale);
        else first.abort(stale);
      };
    },
  });
  return dispatch(options, watched);
};

const agent = new Agent({
  connect: { timeout: 5000 },
  maxResponseSize: ANSWER_BYTES,
  keepAliveTimeout: 4000,
}).compose(guarded);

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly limitMs?: number;
  /**
   * Asked once more right before the first byte leaves, however long the call had to wait for its
   * turn: false, and nothing is sent.
   */
  readonly guard?: (() => boolean) | undefined;
}

/**
 * An answer, or why there is none. `sent: false` means that nothing can have happened on the other
 * side.
 */
export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
      readonly date: number | undefined;
    }
  | { readonly ok: false; readonly sent: boolean; readonly why: string };

/** These come before the first byte of the request leaves. */
const BEFORE_SENDING = new Set([
  STALE,
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** How adapters make their calls: over the network, or to a stand-in in the same process. */
export type Http = (call: HttpCall, signal: AbortSignal) => Promise<HttpAnswer>;

/** Makes one call. Never throws for what the network or the other side does. */
export async function http(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const limit = AbortSignal.any([
    signal,
    AbortSignal.timeout(call.limitMs ?? (call.guard ? RELEASE_MS : CALL_MS)),
  ]);
  try {
    const answer = await request(call.url, {
      method: call.method,
      dispatcher: agent,
      ...(call.guard ? { guard: call.guard } : {}),
      signal: limit,
      headers: { 'user-agent': 'banli', ...call.headers },
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    const date = Date.parse(headers.date ?? '');
    return {
      ok: true,
      status: answer.statusCode,
      headers,
      text: await answer.body.text(),
      date: Number.isNaN(date) ? undefined : date,
    };
  } catch (error) {
    const code = systemCode(error) ?? (error instanceof Error ? error.name : '');
    return {
      ok: false,
      sent: !BEFORE_SENDING.has(code),
      why: code || messageOf(error).slice(0, 100),
    };
  }
}

/** `Retry-After` in milliseconds, from seconds or a date. */
export function retryAfter(
  headers: Readonly<Record<string, string>>,
  now: number,
): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
