// What can be said of one incident, in the order that a letter says it, and the few helpers that
// all who say it share. For the sentences themselves see describe-incident.ts and
// describe-releases.ts.

import { languageIn, type Messages } from '../../i18n/index.ts';
import type { IncidentItem } from '../../ledger/incident.ts';

export interface IncidentText {
  readonly head: string;
  readonly facts: readonly string[];
  readonly parts: readonly { readonly what: string; readonly next: string | undefined }[];
  /** For whoever looks after the server: where a text belongs, what to run. */
  readonly commands: readonly string[];
  /** Shown as it is. */
  readonly text: string | undefined;
}

/** More releases than this are counted, not listed. */
const LISTED = 100;

/** A name in the language of the letter. */
export function nameForReader(words: Messages, name: IncidentItem['name']): string {
  return languageIn(words) === 'en' ? (name.en ?? name.zh) : name.zh;
}

/** A long list ends with how many more there are. */
export function shortened(words: Messages, parts: IncidentText['parts']): IncidentText['parts'] {
  return parts.length > LISTED
    ? [
        ...parts.slice(0, LISTED),
        { what: words.letters.andMore(parts.length - LISTED), next: undefined },
      ]
    : parts;
}
