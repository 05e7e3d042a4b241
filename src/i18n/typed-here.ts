// Sentences that name a command, as it is typed on this machine: by hand, beside systemd or into a
// container. One place for all of them.

const BY_HAND = 'npx banli';

/**
 * The same words, with `command` in the place of `npx banli`, in texts and in whatever functions
 * answer.
 */
export function asTypedHere<W extends object>(words: W, command: string): W {
  return command === BY_HAND ? words : (typed(words, command) as W);
}

function typed(value: unknown, command: string): unknown {
  if (typeof value === 'string') return value.replaceAll(BY_HAND, command);
  if (Array.isArray(value)) return value.map((one) => typed(one, command));
  if (typeof value === 'function') {
    const say = value as (...args: unknown[]) => unknown;
    return function here(this: unknown, ...args: unknown[]) {
      return typed(say.apply(this, args), command);
    };
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, typed(one, command)]));
}
