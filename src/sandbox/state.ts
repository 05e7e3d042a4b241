// What the stand-ins share: what has become public and since when, the calls they saw, and the
// faults that are set. Not for any one channel's rules.

import type { Context } from 'hono';
import { z } from 'zod';

/** One thing that the public can see on a channel. */
export interface SandboxPost {
  readonly channel: string;
  /** The release's id, found in its source link or payload. */
  readonly key: string;
  readonly title: string;
  readonly publicSince: string;
  /** How often it became public. */
  times: number;
  withdrawnAt?: string;
  readonly html: string;
  readonly url: string;
}

export const faultKinds = [
  'refuse-connect',
  'drop-before',
  'drop-after',
  'error-after',
  'slow',
  'half',
  '429',
  '403',
  '5xx',
  'token-expired',
  'quota',
  'audit-refused',
] as const;
export const fault = z.object({
  channel: z.string(),
  /** Part of the path; empty for any. */
  route: z.string().default(''),
  kind: z.enum(faultKinds),
  times: z.number().int().default(1),
  /** Calls let through first. */
  after: z.number().int().default(0),
  /** Only for this release. */
  key: z.string().optional(),
  /** For `slow`: seconds. */
  seconds: z.number().default(20),
});
export type Fault = z.output<typeof fault>;

interface Call {
  readonly channel: string;
  readonly route: string;
  readonly at: string;
  status: number;
}

/** What a robot, a webhook or a dead man's switch got. */
export interface SandboxMessage {
  readonly to: string;
  readonly at: string;
  readonly text: string;
}

export class SandboxState {
  readonly items: SandboxPost[] = [];
  readonly messages: SandboxMessage[] = [];
  readonly calls: Call[] = [];
  readonly #faults: Fault[] = [];
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Something became public; the same key on the same channel again counts up. */
  publish(channel: string, key: string, title: string, html: string, url: string): SandboxPost {
    const before = this.items.find((item) => item.channel === channel && item.key === key);
    if (before) {
      before.times++;
      return before;
    }
    const item: SandboxPost = {
      channel,
      key,
      title,
      publicSince: new Date(this.now()).toISOString(),
      times: 1,
      html,
      url,
    };
    this.items.push(item);
    return item;
  }

  withdraw(channel: string, key: string): void {
    const item = this.items.find((one) => one.channel === channel && one.key === key);
    if (item) item.withdrawnAt = new Date(this.now()).toISOString();
  }

  setFault(one: Fault): void {
    this.#faults.push({ ...one });
  }

  /** The fault that this call meets, used up by it. */
  fault(
    channel: string,
    route: string,
    kinds: readonly Fault['kind'][],
    key?: string,
  ): Fault | undefined {
    for (const one of this.#faults) {
      if (
        one.channel !== channel ||
        !route.includes(one.route) ||
        !kinds.includes(one.kind) ||
        one.times <= 0
      )
        continue;
      if (one.key !== undefined && one.key !== key) continue;
      if (one.after > 0) {
        one.after--;
        continue;
      }
      one.times--;
      return one;
    }
    return undefined;
  }
}

/** The release's id in a link to its page. */
export function releaseInUrl(url: string): string | undefined {
  return /\/releases\/([^/?#\s]+)/.exec(decodeURI(url))?.[1];
}

/** Cuts the connection without an answer. */
export function cut(context: Context): Response {
  const { incoming } = context.env as { incoming: { socket: { destroy(): void } } };
  incoming.socket.destroy();
  return new Response(null, { status: 499 });
}
