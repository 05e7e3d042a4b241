// Calls to WeChat with the shared token: JSON in UTF-8 with Chinese as it is, pictures as
// multipart. Not for what to call when.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { parseJson } from '../../lib/parse-json.ts';
import { CallBudget, type CallCounts, type CallPurpose } from '../call-budget.ts';
import type { Asset, NotDone, Why } from '../channel.ts';
import { type Http, type HttpAnswer, type HttpCall, UPLOAD_MS } from '../http.ts';
import { type AccountKind, asksForToken, classifyWechat, failure, type Phase } from './answers.ts';
import { type CallsPerDay, callsPerDay } from './calls.ts';

/** Where all workers keep the one token that WeChat considers valid. */
export interface TokenStore {
  get(): Promise<string | undefined>;
  set(token: string, forMs: number): Promise<void>;
  /** Forgets the token if it is still this one. */
  drop(token: string): Promise<void>;
}

export interface WechatOptions {
  readonly appId: string;
  readonly secret: string;
  readonly mode: 'publish' | 'mass' | 'draft-only';
  /** Its mass sends: a service account 4 a month, a subscription account 1 a day. */
  readonly account: AccountKind;
  readonly author: string;
  readonly baseUrl: string;
  readonly commentsOpen: boolean;
  /**
   * So long after it was submitted a draft may still lie in the box, ms: its being there settles
   * nothing. WeChat documents no figure.
   */
  readonly draftLeavesMs: number;
  /** Where the account has more calls a day than a new one. */
  readonly callsPerDay?: CallsPerDay | undefined;
}

/** What a call gave: the parsed answer, or its class. `errcode` is there where WeChat said one. */
export type Called<T> =
  | { readonly ok: true; readonly value: T; readonly date: number | undefined }
  | {
      readonly ok: false;
      readonly errcode: number | undefined;
      readonly body?: unknown;
      readonly answer: NotDone | { class: 'doubtful'; why: Why; afterMs?: number };
    };

/** What WeChat answers where they are used up. */
const USED_UP = 45009;

const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() });
/** A token is not used in its last five minutes. */
const TOKEN_MARGIN_MS = 300_000;

export class WechatApi {
  readonly #options: WechatOptions;
  readonly #tokens: TokenStore;
  readonly #clock: Clock;
  readonly #send: Http;
  readonly #budget: CallBudget;

  constructor(
    options: WechatOptions,
    tokens: TokenStore,
    counts: CallCounts,
    clock: Clock,
    send: Http,
  ) {
    this.#budget = new CallBudget(counts, clock, callsPerDay(options.callsPerDay));
    this.#send = send;
    this.#options = options;
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** What nothing changes. */
  get<S extends z.ZodType>(
    path: string,
    schema: S,
    purpose: CallPurpose,
    signal: AbortSignal,
  ): Promise<Called<z.output<S>>> {
    return this.#withToken(path, schema, purpose, signal, (token) =>
      this.#send({ method: 'GET', url: this.#url(path, token) }, signal),
    );
  }

  /** @param guard of a releasing call */
  post<S extends z.ZodType>(
    path: string,
    body: object,
    schema: S,
    purpose: CallPurpose,
    signal: AbortSignal,
    guard?: HttpCall['guard'],
  ): Promise<Called<z.output<S>>> {
    return this.#withToken(path, schema, purpose, signal, (token) =>
      this.#send(
        {
          method: 'POST',
          url: this.#url(path, token),
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(body),
          guard,
        },
        signal,
      ),
    );
  }

  upload<S extends z.ZodType>(
    path: string,
    file: Asset,
    bytes: Buffer,
    schema: S,
    signal: AbortSignal,
  ): Promise<Called<z.output<S>>> {
    const boundary = `banli-${randomUUID()}`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="media"; filename="${file.sha256.slice(0, 12)}${extension(file.type)}"\r\nContent-Type: ${file.type}\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return this.#withToken(path, schema, 'prepare', signal, (token) =>
      this.#send(
        {
          method: 'POST',
          url: this.#url(path, token),
          limitMs: UPLOAD_MS,
          headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
          body,
        },
        signal,
      ),
    );
  }

  #url(path: string, token: string): string {
    return `${this.#options.baseUrl}${path}${path.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(token)}`;
  }

  async #withToken<S extends z.ZodType>(
    path: string,
    schema: S,
    purpose: CallPurpose,
    signal: AbortSignal,
    call: (token: string) => Promise<HttpAnswer>,
  ): Promise<Called<z.output<S>>> {
    for (let attempt = 0; ; attempt++) {
      const token = await this.#token(signal);
      if (!token.ok) return unsent(token);
      const name = path.slice('/cgi-bin/'.length);
      const until = await this.#budget.spend(name, purpose);
      if (until !== undefined) {
        const why = { code: `wechat-${USED_UP}`, detail: name };
        const answer = { class: 'quota', why, until, sent: false } as const;
        return { ok: false, errcode: undefined, answer };
      }
      const answer = await call(token.value);
      const read = this.#read(answer, schema, purpose === 'release' ? 'releasing' : 'safe');
      if (!read.ok && read.errcode === USED_UP) await this.#budget.useUp(name);
      if (read.ok || !asksForToken(read.errcode)) return read;
      await this.#tokens.drop(token.value);
      if (attempt === 1) return read;
    }
  }

  /** The stable token: normal mode gives all holders the same one while it is valid. */
  async #token(signal: AbortSignal): Promise<Called<string>> {
    const known = await this.#tokens.get();
    if (known !== undefined) return { ok: true, value: known, date: undefined };
    const body = {
      grant_type: 'client_credential',
      appid: this.#options.appId,
      secret: this.#options.secret,
      force_refresh: false,
    };
    const answer = await this.#send(
      {
        method: 'POST',
        url: `${this.#options.baseUrl}/cgi-bin/stable_token`,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
      },
      signal,
    );
    const read = this.#read(answer, tokenAnswer, 'safe');
    if (!read.ok) return read;
    await this.#tokens.set(
      read.value.access_token,
      Math.max(1000, read.value.expires_in * 1000 - TOKEN_MARGIN_MS),
    );
    return { ok: true, value: read.value.access_token, date: read.date };
  }

  #read<S extends z.ZodType>(answer: HttpAnswer, schema: S, phase: Phase): Called<z.output<S>> {
    if (!answer.ok) {
      const why = { code: 'no-answer', detail: answer.why };
      return {
        ok: false,
        errcode: undefined,
        answer:
          answer.sent && phase === 'releasing'
            ? { class: 'doubtful', why }
            : { class: 'again', why, ...(answer.sent ? {} : { sent: false }) },
      };
    }
    const body = parseJson(answer.text);
    const failed = failure.safeParse(body);
    if (failed.success && failed.data.errcode !== 0) {
      const { errcode, errmsg } = failed.data;
      return {
        ok: false,
        errcode,
        body,
        answer: classifyWechat(errcode, errmsg, phase, this.#clock.now(), this.#options.account),
      };
    }
    const parsed = schema.safeParse(body);
    if (answer.status === 200 && parsed.success)
      return { ok: true, value: parsed.data, date: answer.date };
    const why = { code: 'http-status', detail: String(answer.status) };
    return {
      ok: false,
      errcode: undefined,
      answer: phase === 'releasing' ? { class: 'doubtful', why } : { class: 'again', why },
    };
  }
}

/** Without a token the call itself was not made: it does not count as one. */
function unsent<C extends Called<unknown>>(token: C): C {
  if (token.ok || (token.answer.class !== 'again' && token.answer.class !== 'quota')) return token;
  return { ...token, answer: { ...token.answer, sent: false } };
}

function extension(type: string): string {
  return (
    { 'image/png': '.png', 'image/jpeg': '.jpg', 'image/gif': '.gif', 'image/bmp': '.bmp' }[type] ??
    '.bin'
  );
}
