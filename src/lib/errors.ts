// The one error class of Banli: something that a person has to read. Not for expected outcomes (a
// channel's answer is a value), nor for programming mistakes (those stay plain errors).

/** An error told in words to operators: what is wrong, and what to do about it. */
export class BanliError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BanliError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The message of anything thrown, for a log line or an operator. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The `code` of a system error (`ENOENT`, `ECONNREFUSED`), wherever in the chain of causes it
 * stands.
 */
export function systemCode(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

/** Marks what the type checker knows can't happen; throws if it does. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
