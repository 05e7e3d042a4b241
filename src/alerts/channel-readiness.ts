// Asks a channel whether it is ready, and notes the answer where the sweep reads it. Not for what
// an answer means to people: upcoming.ts.
import type { PreflightNote, PreflightNotes } from '../ledger/preflight-notes.ts';
import type { Clock } from '../lib/clock.ts';

const PREFLIGHT_MS = 30_000;
/** Codes that say nothing about credentials. */
const SILENT = ['no-answer', 'http-status', 'wechat--1'];

/** A channel, as far as it is asked. */
interface Asked {
  readonly name: string;
  preflight(signal: AbortSignal): Promise<{
    readonly wrong: readonly { readonly code: string; readonly detail?: string | undefined }[];
    readonly goodUntil?: number | undefined;
    readonly account?: string | undefined;
  }>;
}

/** @param before what it answered last: whose account it is stands until it says another */
export async function askChannel(
  { preflights, clock }: { readonly preflights: PreflightNotes; readonly clock: Clock },
  channel: Asked,
  before: PreflightNote | undefined,
): Promise<PreflightNote> {
  const found = await channel.preflight(AbortSignal.timeout(PREFLIGHT_MS));
  const quiet = found.wrong.length > 0 && found.wrong.every(({ code }) => SILENT.includes(code));
  const account = found.account ?? before?.account;
  const note: PreflightNote = {
    at: clock.now(),
    wrong: found.wrong.map(({ code, detail }) => ({
      code,
      ...(detail === undefined ? {} : { detail }),
    })),
    silent: quiet ? (before?.silent ?? 0) + 1 : 0,
    ...(found.goodUntil === undefined ? {} : { goodUntil: found.goodUntil }),
    ...(account === undefined ? {} : { account }),
  };
  await preflights.note(channel.name, note);
  return note;
}
