// Texts that were rendered before, so that the same content is rendered once and not at every look
// in the days before T. What was too heavy for a thread is remembered too, and tried again later,
// less and less often.
import type { ThreadAnswer } from '../lib/thread-pool.ts';
import type { InThread } from '../lib/threads.ts';
import { type ContentInput, type ContentOutput, renderedBytes } from './rendered.ts';

/** What is kept takes no more than this, bytes. */
const MOST_BYTES = 32_000_000;
/** After the first refusal, and at most, ms. */
const AGAIN_MS = { first: 60_000, longest: 3_600_000 };

type Answer = ThreadAnswer<ContentOutput>;

interface Kept {
  answer: Promise<Answer>;
  bytes: number;
  /** On the monotonic clock: not before it is tried again. */
  until: number;
  refusals: number;
}

export class RenderedContents {
  /** The one used longest ago first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** @param input its `mark` is the digest of all that it comes from */
  of(input: ContentInput, threads: InThread): Promise<Answer> {
    const key = input.mark;
    const before = this.#kept.get(key);
    this.#kept.delete(key);
    if (before && performance.now() < before.until) {
      this.#kept.set(key, before);
      return before.answer;
    }
    // Tried again after a refusal, nobody waits for it: what is known is answered meanwhile.
    if (before) {
      this.#kept.set(key, before);
      before.until = Number.POSITIVE_INFINITY;
      void threads('content', input).then((answer) => this.#settle(before, answer, true));
      return before.answer;
    }
    const kept: Kept = {
      answer: threads('content', input),
      bytes: 0,
      until: Number.POSITIVE_INFINITY,
      refusals: 0,
    };
    this.#kept.set(key, kept);
    return kept.answer.then((answer) => {
      this.#settle(kept, answer);
      return answer;
    });
  }

  /** @param anew it is another answer than before */
  #settle(kept: Kept, answer: Answer, anew = false): void {
    if (anew) {
      this.#bytes -= kept.bytes;
      kept.answer = Promise.resolve(answer);
      kept.until = Number.POSITIVE_INFINITY;
    }
    if (!answer.ok)
      kept.until =
        performance.now() + Math.min(AGAIN_MS.first * 2 ** kept.refusals++, AGAIN_MS.longest);
    kept.bytes = answer.ok ? renderedBytes(answer.value.rendered) : 1000;
    this.#bytes += kept.bytes;
    for (const [key, one] of this.#kept) {
      if (this.#bytes <= MOST_BYTES) break;
      if (one === kept) continue;
      this.#kept.delete(key);
      this.#bytes -= one.bytes;
    }
  }
}
