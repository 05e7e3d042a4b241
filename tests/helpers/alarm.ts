// The alarm of a bureau in a test: its rounds, and what then arrives by SMTP.

import { Maintenance } from '../../src/app/maintenance.ts';
import { makeLog } from '../../src/lib/log.ts';
import { type PublicationId, parsePublicationId, type Release } from '../../src/plan/types.ts';
import type { Mail } from '../../src/sandbox/inbox.ts';
import { type Bureau, makeBureau, never, PLAN, withYaml } from './bureau.ts';
import { stageMarked } from './site.ts';

export interface Watched extends Bureau {
  readonly rounds: Maintenance;
  /**
   * Turns the clock and does what the maintenance and mail queues do.
   * @returns what has arrived since the last call, as "to: subject"
   */
  at(iso: string): Promise<string[]>;
  /** The last mail whose subject holds this. */
  mail(subject: string): Mail;
}

/**
 * A bureau whose plan is in force, with regular mails only if asked for.
 * @param alerts entries of `alerts:`
 * @param more further lines of banli.yaml
 */
export async function watched(
  start: string,
  options: { plan?: string; alerts?: string; more?: string; edit?: (yaml: string) => string } = {},
): Promise<Watched> {
  const alerts = withYaml(
    `alerts: { weekAhead: never, monthBack: never${options.alerts ? `, ${options.alerts}` : ''} }\n${options.more ?? ''}`,
  );
  const bureau = await makeBureau(start, options.plan ?? PLAN, (yaml) =>
    alerts((options.edit ?? ((same) => same))(yaml)),
  );
  const rounds = new Maintenance(bureau.app, makeLog('silent'), never);
  await bureau.apply();
  let read = 0;
  return {
    ...bureau,
    rounds,
    async at(iso) {
      bureau.clock.turnTo(iso);
      rounds.monitor.contentChanged();
      await rounds.sweep();
      // A letter that waits for an earlier one of its thread goes out with the second try.
      await bureau.post();
      await bureau.post();
      const arrived = bureau.sandbox.mails.slice(read);
      read = bureau.sandbox.mails.length;
      return arrived.map((mail) => `${mail.to}: ${mail.subject.replace('[测试统计局] ', '')}`);
    },
    mail(subject) {
      const found = bureau.sandbox.mails.findLast((mail) => mail.subject.includes(subject));
      if (!found)
        throw new Error(
          `no mail with ${subject} among ${bureau.sandbox.mails.map((mail) => mail.subject).join(' | ')}`,
        );
      return found;
    },
  };
}

/** The ledger learns that a publication is public: a look at the channel has found it. */
export async function found(
  { app, clock }: Pick<Bureau, 'app' | 'clock'>,
  publication: PublicationId,
): Promise<void> {
  const publicAt = clock.now();
  const { release: id, channel } = parsePublicationId(publication);
  const release = app.planService.calendar().byId.get(id);
  if (release && channel === 'website') await show(app, release);
  for (const to of ['doubtful', 'public'] as const) {
    const from = await app.ledger.get(publication);
    if (!from) throw new Error(`${publication} is not planned`);
    const shown = to === 'public' ? { publicAt, set: { receipt: { ids: {}, publicAt } } } : {};
    const changed = await app.ledger.change({
      publication,
      from,
      to,
      actor: 'test',
      at: publicAt,
      ...shown,
    });
    if (!changed.ok) throw new Error(`${publication} is ${changed.state}`);
  }
}

/** A release is to be seen on the site, whatever the ledger says. */
export async function show({ siteBuilder, clock }: Bureau['app'], release: Release): Promise<void> {
  const staged = await stageMarked(siteBuilder, release);
  await siteBuilder.flip((await siteBuilder.prepare(clock.now(), [staged])).edition);
}

/** Two people, told one after the other. */
export const PEOPLE =
  'people: [{ name: 王敏, mail: wang@example.cn }, { name: 李主任, mail: li@example.cn }]';
