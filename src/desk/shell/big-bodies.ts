// Large uploads wait for each other before a byte of them is read: all of one is held in memory.
// Not for how large one may be: each route says so.
import type { Context, MiddlewareHandler } from 'hono';
import { RequestError } from '../../lib/request-error.ts';
import type { DeskEnv } from './desk.ts';

/** Larger than this is large, bytes; what does not say how large it is may be. */
const LARGE_BYTES = 4_000_000;
/** So many at once, of everybody: some 100 MB each. */
const MOST = 3;

/**
 * One at a time of everybody, and of each person no second one that waits: what takes a thread for
 * seconds leaves the other to those who save texts.
 */
export async function oneAtATime<T>(context: Context<DeskEnv>, run: () => Promise<T>): Promise<T> {
  const { name } = context.var.who.account;
  if (waiting.has(name)) {
    const w = context.var.words.desk.refused;
    throw new RequestError(429, 'uploads', w.uploads, { hint: w.uploadsHow });
  }
  waiting.add(name);
  const turn = last.then(run);
  last = turn.then(
    () => undefined,
    () => undefined,
  );
  try {
    return await turn;
  } finally {
    waiting.delete(name);
  }
}

const waiting = new Set<string>();
/** Ends with whoever came last. */
let last: Promise<void> = Promise.resolve();

/** One of each person and three in all; who comes meanwhile is told to try again. */
export function largeOnesInTurn(): MiddlewareHandler<DeskEnv> {
  const busy = new Set<string>();
  return async (context, next) => {
    const length = context.req.header('content-length');
    const isLarge =
      length === undefined
        ? context.req.header('transfer-encoding') !== undefined
        : Number(length) > LARGE_BYTES;
    if (!isLarge) return next();
    const { name } = context.var.who.account;
    if (busy.has(name) || busy.size >= MOST) {
      const w = context.var.words.desk.refused;
      throw new RequestError(429, 'uploads', w.uploads, { hint: w.uploadsHow });
    }
    busy.add(name);
    try {
      await next();
    } finally {
      busy.delete(name);
    }
  };
}
