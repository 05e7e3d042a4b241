// Test letters: one to each person by each of their ways, now, past every queue. Not for letters
// about anything.
import { randomUUID } from 'node:crypto';
import { messagesFor } from '../i18n/index.ts';
import { SEVERITIES } from '../ledger/incident.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { copies } from './address-letters.ts';
import type { Transports } from './deliver-letters.ts';
import { MAIL, type Person } from './recipients.ts';
import { testLetter } from './templates/regular-letters.ts';

/** What came of one. */
export interface Tested {
  readonly person: string;
  /** The address, or the way's name. */
  readonly to: string;
  /** Why it was not taken; undefined where it was. */
  readonly failed: string | undefined;
}

/** @param bureau as the letters name it */
export async function* sendTests(
  people: readonly Person[],
  ways: Transports,
  bureau: string,
  clock: Clock,
): AsyncGenerator<Tested> {
  for (const person of people) {
    for (const name of new Set(SEVERITIES.flatMap((severity) => person.ways[severity]))) {
      const way = ways.get(name);
      const shown = name === MAIL ? person.mail.join(', ') : name;
      const letter = {
        ...testLetter(messagesFor(person.language), bureau, person.name, shown),
        letter: randomUUID(),
        thread: undefined,
      };
      const only = { ...person, quiet: undefined, ways: { ...person.ways, report: [name] } };
      for (const delivery of copies(letter, 'test', 'report', only, clock.now(), 'Asia/Shanghai')) {
        const failed = await way?.send(delivery, person).then(
          () => undefined,
          (error: unknown) => messageOf(error),
        );
        yield { person: person.name, to: delivery.address ?? name, failed };
      }
    }
  }
}
