// What readers and operators are served: site, desk, API, the links in mails. Loaded only by the
// process that serves them. For the parts' own work see site/ and desk/.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../app/app.ts';
import { healthReport } from '../app/health.ts';
import type { Maintenance } from '../app/maintenance.ts';
import { apartOf, deskApps } from '../desk/index.ts';
import { actPages } from '../desk/releases/mail-actions.ts';
import { messagesFor } from '../i18n/index.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventLog } from '../lib/log-events.ts';
import { runOperation } from '../operations/operations.ts';
import { startWeb, type WebServer } from '../site/serve/server.ts';
import { requestAcknowledgement, watchdogIncidents } from '../watchdog/store.ts';

/**
 * Starts the server. The desk puts plans into force itself, by the maintenance of this app.
 * @param restart see `Desk`
 * @throws BanliError when the port is in use
 */
export async function openWeb(
  app: App,
  maintenance: Maintenance,
  log: EventLog,
  restart?: () => void,
): Promise<WebServer> {
  const { config } = app;
  const words = messagesFor(config.language);
  const site = join(config.paths.var, 'site');
  const watchdog = join(config.paths.var, 'watchdog');
  // The first edition may still be on its way.
  await mkdir(site, { recursive: true });
  const desk = deskApps({
    app,
    words,
    applyPlan: () => maintenance.applyPlan(),
    contentChanged: () => maintenance.contentChanged(),
    log: (error, where) => log.error({ message: messageOf(error), where }, 'desk'),
    tell: (say, concerned) => maintenance.monitor.letters.tell(say, concerned),
    restart,
    watchdog: {
      incidents: async () => [...(await watchdogIncidents(watchdog)).values()],
      acknowledge: (id, by) => requestAcknowledgement(watchdog, id, by),
    },
  });
  return startWeb({
    root: join(site, 'current'),
    host: config.site.host,
    port: config.site.port,
    words,
    apart: apartOf(config),
    failed: (error, where) => log.error({ message: messageOf(error), where }, 'web'),
    health: () => healthReport(app.redis, config.schedule.sweep),
    more: new Map([
      [
        '/act',
        actPages({
          ...app,
          run: (actor, name, id, input) => runOperation(app, actor, name, id, input, words),
          words,
          bureau: config.bureau.zh,
          trustedProxies: config.site.trustedProxies,
        }),
      ],
      ...desk,
    ]),
  });
}
