// Taking an incident in hand, from a page or a program. Not for what an incident is: alerts/.
import { acknowledge } from '../../alerts/settle-incidents.ts';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import type { By } from '../people/people.ts';
import type { Desk } from '../shell/desk.ts';

/** Takes an incident in hand for somebody. @throws RequestError where there is none of that id */
export async function acknowledgeAs(
  { app, watchdog }: Desk,
  { name, from }: By,
  id: string,
  words: Messages,
): Promise<void> {
  const now = app.clock.now();
  if ((await watchdog.incidents()).some((one) => one.id === id)) {
    await watchdog.acknowledge(id, name);
    return app.journal.append('incident-acknowledged', '', name, now, {
      id,
      by: 'watchdog',
      from,
    });
  }
  const found = await acknowledge(app.incidents, id, name, now, (event, subject, detail) =>
    app.journal.append(event, subject, name, now, { ...detail, from }),
  );
  if (!found) throw new RequestError(404, 'unknown-incident', words.acts.unknownIncident(id));
}
