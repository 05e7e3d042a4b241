// The letters of a running service on their way: written in its name, and put from the outbox into
// the `mail` queue. Not for what is told nor to whom: alerts/; the regular ones:
// write-regular-letters.ts.

import { randomUUID } from 'node:crypto';
import { copies, type LetterWriter } from '../alerts/address-letters.ts';
import { actsFor, sign } from '../alerts/mail-links.ts';
import { NOTICE, peopleFor, reached } from '../alerts/recipients.ts';
import { incidentLetter } from '../alerts/templates/incident-letter.ts';
import { noticeLetter } from '../alerts/templates/regular-letters.ts';
import { settledLetter } from '../alerts/templates/settled-dates-letter.ts';
import { type Messages, messagesFor } from '../i18n/index.ts';
import type { Delivery } from '../ledger/delivery.ts';
import { type Instant, instant } from '../lib/instant.ts';
import type { PlanChange } from '../plan/types.ts';
import type { JobSpec } from '../queue/queues.ts';
import type { App } from './app.ts';

type LettersApp = Pick<
  App,
  'config' | 'clock' | 'planService' | 'queues' | 'incidents' | 'usedLinks'
>;

export class ServiceLetters {
  readonly #app: LettersApp;

  constructor(app: LettersApp) {
    this.#app = app;
  }

  /** Dates that hung on holidays not announced yet move by themselves, and operators hear of it. */
  settledLetters(changes: readonly PlanChange[]): Delivery[] {
    const { config, clock, planService } = this.#app;
    const now = clock.now();
    const letter = randomUUID();
    return peopleFor(config.alerts.people, 'report').flatMap((person) => {
      const written = settledLetter(
        messagesFor(person.language),
        this.#bureau(person.language),
        changes,
      );
      return written
        ? copies(
            { ...written, letter, thread: undefined },
            'dates-settled',
            'report',
            person,
            now,
            planService.calendar().timezone,
          )
        : [];
    });
  }

  /** Everything in the outbox has its job. */
  async repost(): Promise<void> {
    await this.post((await this.#app.incidents.deliveries()).map(({ id }) => id));
  }

  /** Puts letters of the outbox into the queue, each to its time. */
  async post(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { queues, incidents, clock } = this.#app;
    const all = new Map((await incidents.deliveries()).map((one) => [one.id, one]));
    const wanted = ids.flatMap((id) => {
      const one = all.get(id);
      return one ? [mailFor(id, instant(Math.max(one.notBefore, clock.now())))] : [];
    });
    await queues.add('mail', wanted);
  }

  /**
   * Something that the first one who hears of warnings should know, and that no incident is.
   * @param concerned whom it is about, who gets it too where they have an address
   */
  async tell(
    say: (words: Messages) => readonly [heading: string, fact: string],
    concerned?: { readonly name: string; readonly mail?: string | undefined },
  ): Promise<void> {
    const { config, clock, planService, incidents } = this.#app;
    const letter = randomUUID();
    const first = peopleFor(config.alerts.people, 'warning', 1);
    const own =
      concerned?.mail === undefined || first.some(({ mail }) => mail.includes(concerned.mail ?? ''))
        ? []
        : [reached(concerned.name, concerned.mail, config.language)];
    const deliveries = [...first, ...own].flatMap((person) => {
      const words = messagesFor(person.language);
      const written = noticeLetter(words, this.#bureau(person.language), ...say(words));
      return copies(
        { ...written, letter, thread: undefined },
        NOTICE,
        'warning',
        person,
        clock.now(),
        planService.calendar().timezone,
      );
    });
    await incidents.record({ set: new Map(), remove: [], deliveries });
    await this.post(deliveries.map(({ id }) => id));
  }

  /** One letter of the outbox, again at a time. */
  async postAt(id: string, at: Instant): Promise<void> {
    await this.#app.queues.add('mail', [mailFor(id, at)]);
  }

  /** Writes to one person about incidents, with buttons that are theirs alone. */
  readonly write: LetterWriter = async (event, incidents, person, now) => {
    const { config } = this.#app;
    const { alerts } = config;
    const key = await this.#app.usedLinks.signingKey();
    const before = peopleFor(alerts.people, 'missed')
      .filter(({ name }) => name !== person.name)
      .slice(0, Math.max(1, (incidents[0]?.level ?? 1) - 1));
    return incidentLetter(messagesFor(person.language), this.#bureau(person.language), {
      event,
      incidents,
      now,
      before: before.map(({ name }) => name).join('、'),
      linkLife: alerts.linkLife,
      desk: config.desk.publicUrl,
      links: (incident) =>
        Object.fromEntries(
          actsFor(incident, now).map((act) => [
            act,
            `${alerts.links}act/${sign(key, { incident: incident.id, act, person: person.name }, now, alerts.linkLife)}`,
          ]),
        ),
    });
  };

  #bureau(language: 'zh' | 'en'): string {
    const { bureau } = this.#app.config;
    return language === 'en' ? (bureau.en ?? bureau.zh) : bureau.zh;
  }
}

function mailFor(id: string, at: Instant): JobSpec {
  return { id: `${id}~${at}`, data: { delivery: id }, at };
}
