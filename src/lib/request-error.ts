// A wish that cannot be met, as whoever made it reads it: desk, API, command line and links in
// mails answer with the same. Not for faults of ours: errors.ts.

/** A wish that can't be met, with words for whoever made it. */
export class RequestError extends Error {
  readonly status: 400 | 403 | 404 | 409 | 413 | 422 | 429;
  readonly code: string;
  readonly hint: string | undefined;
  /** More than one thing wrong, a line each. */
  readonly lines: readonly string[];

  constructor(
    status: RequestError['status'],
    code: string,
    message: string,
    more: { hint?: string | undefined; lines?: readonly string[] } = {},
  ) {
    super(shortened(message, LONGEST_MESSAGE));
    this.status = status;
    this.code = code;
    this.hint = more.hint;
    const { lines = [] } = more;
    const left = lines.length - MOST_LINES;
    this.lines = [
      ...lines.slice(0, MOST_LINES).map((line) => shortened(line, LONGEST_LINE)),
      ...(left > 0 ? [`… + ${left}`] : []),
    ];
  }
}

/** Whatever was sent may stand in it, and all of it is written into a page. UTF-16 units. */
const LONGEST_MESSAGE = 2000;

const LONGEST_LINE = 600;

const MOST_LINES = 200;

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;
