// The pages that links in mails lead to: what will happen, and a button. Opening one changes
// nothing, whoever opens it: a mail scanner does too. Not for who may have a link:
// alerts/mail-links.ts.

import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { isYourTurn } from '../../alerts/conditions.ts';
import { type ActionLink, actName, verify } from '../../alerts/mail-links.ts';
import { acknowledge } from '../../alerts/settle-incidents.ts';
import { describeIncident } from '../../alerts/templates/describe-incident.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Incident, IncidentItem } from '../../ledger/incident.ts';
import type { IncidentStore } from '../../ledger/incident-store.ts';
import type { Journal } from '../../ledger/journal.ts';
import type { UsedLinks } from '../../ledger/used-links.ts';
import type { Html } from '../../lib/html.ts';
import { instant } from '../../lib/instant.ts';
import { RequestError } from '../../lib/request-error.ts';
import { PRIVATE_ANSWER } from '../../lib/security-headers.ts';
import { type OperationInput, operationInput } from '../../operations/operations.ts';
import type { Actor, OperationResult } from '../../operations/result.ts';
import { minuteIn } from '../../plan/time.ts';
import { type PublicationId, parsePublicationId, releaseId } from '../../plan/types.ts';
import type { PublishDeps } from '../../publish/deps.ts';
import { titled } from '../../site/names.ts';
import { addressOf } from '../auth/session.ts';

export interface ActOptions {
  readonly incidents: IncidentStore;
  readonly usedLinks: UsedLinks;
  readonly journal: Journal;
  readonly publishDeps: PublishDeps;
  /** runOperation of operations/operations.ts. */
  readonly run: (
    actor: Actor,
    name: 'publish' | 'hold' | 'done',
    release: string,
    input: OperationInput,
  ) => Promise<OperationResult[]>;
  readonly words: Messages;
  readonly bureau: string;
  /** See desk/auth/session.ts. */
  readonly trustedProxies: readonly string[];
}

/** A link that is good, and what it is about. */
interface Found {
  readonly link: ActionLink;
  /** Undefined: it came in a letter about one publication. */
  readonly incident: Incident | undefined;
  readonly items: readonly IncidentItem[];
}

const STYLE = readFileSync(new URL('../public/mail-actions.css', import.meta.url), 'utf8');

/** Serves `/act/<token>`. */
export function actPages(options: ActOptions): Hono {
  const { incidents, publishDeps: parts, words } = options;
  const w = words.acts;
  const router = new Hono();
  router.use(async (context, next) => {
    for (const [name, value] of Object.entries(PRIVATE_ANSWER)) context.header(name, value);
    // Its address is what it is good for.
    context.header('Referrer-Policy', 'no-referrer');
    context.header('X-Robots-Tag', 'noindex');
    context.header(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    await next();
  });
  router.get('/style.css', (context) =>
    context.text(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }),
  );

  /** The link and its incident, or the page that says why not. */
  const read = async (context: Context): Promise<Found | { page: Response }> => {
    const page = (text: string, status: 404 | 410): { page: Response } => ({
      page: show(context, options, text, html``, status),
    });
    const link = verify(
      await options.usedLinks.signingKey(),
      context.req.param('token') ?? '',
      parts.clock.now(),
    );
    if (link === 'invalid') return page(w.invalid, 404);
    if (link === 'expired') return page(w.expired, 410);
    if (await options.usedLinks.isUsed(link.n)) return page(w.used, 410);
    if (link.publication !== undefined)
      return { link, incident: undefined, items: itemsOf(link.publication, parts) };
    const incident = [...(await incidents.incidents()).values()].find(
      ({ id }) => id === link.incident,
    );
    if (!incident || incident.closedAt !== undefined) return page(w.over, 410);
    return { link, incident, items: concerned(link, incident, parts) };
  };

  router.get('/:token', async (context) => {
    const found = await read(context);
    if ('page' in found) return found.page;
    const { link, incident, items } = found;
    const can = link.act === 'acknowledge' || items.length > 0;
    const said = {
      acknowledge: w.willAcknowledge,
      publish: w.willPublish,
      hold: w.willHold,
      done: w.willDone,
    }[link.act];
    const { timezone } = parts.calendar();
    const head = incident && describeIncident(words, incident, parts.clock.now()).head;
    const body = html`${head === undefined ? '' : html`<p><strong>${head}</strong></p>`}<p>${can ? said : w.nothing}</p>
${link.act === 'acknowledge' ? '' : html`<ul>${items.map((item) => html`<li>${lineOf(words, item, incident?.timezone ?? timezone)}</li>`)}</ul>`}
${can ? html`<form method="post">${link.act === 'done' ? receiptFields(words) : ''}<button type="submit">${w.confirm}</button> <span class="small">${w.as(link.person)}</span></form>` : ''}`;
    const name = actName(link.act, items, parts.clock.now());
    return show(context, options, w.titles[name] ?? name, body);
  });

  router.post('/:token', async (context) => {
    const found = await read(context);
    if ('page' in found) return found.page;
    const { link, incident, items } = found;
    const input = link.act === 'done' ? await saidIn(context) : {};
    if (input === undefined)
      return show(context, options, words.manual.badUrl, html`<p>${words.manual.badUrlHow}</p>`);
    if (!(await options.usedLinks.use(link.n))) return show(context, options, w.used, html``, 410);
    const from = addressOf(options.trustedProxies, context);
    if (link.act === 'acknowledge' && incident) {
      await acknowledge(
        incidents,
        incident.id,
        link.person,
        parts.clock.now(),
        (event, subject, detail) =>
          options.journal.append(event, subject, link.person, parts.clock.now(), {
            ...detail,
            from,
          }),
      );
      return show(context, options, w.done, html`<p>${w.acknowledged(incident.id)}</p>`);
    }
    const results = await act(link, items, input, options, from);
    const body = html`<ul>${results.map((one) => html`<li>${one.name}：${w.results[one.outcome] ?? one.outcome}</li>`)}</ul>`;
    const isDone = results.some(({ outcome }) => outcome !== 'no-content');
    return show(
      context,
      options,
      isDone || results.length === 0 ? w.done : w.notDone,
      results.length > 0 ? body : html`<p>${w.nothing}</p>`,
    );
  });
  return router;
}

/** What of the incident the act is about. */
function concerned(link: ActionLink, incident: Incident, parts: PublishDeps): IncidentItem[] {
  const now = parts.clock.now();
  if (link.act === 'done') return incident.items.filter(({ code }) => isYourTurn(code));
  return incident.items.filter((item) =>
    link.act === 'publish' ? item.due <= now : item.due > now,
  );
}

/** What a letter about one publication is about; nothing where the plan has it no more. */
function itemsOf(publication: string, parts: PublishDeps): IncidentItem[] {
  const { release: id, channel } = parsePublicationId(publication as PublicationId);
  const release = parts.calendar().byId.get(id);
  if (!release) return [];
  const { name, due } = release;
  return [{ release: id, name, due, channels: [channel], state: 'held' }];
}

function receiptFields(words: Messages): Html {
  const w = words.manual;
  return html`<p><label>${w.url}<br><input name="url" type="url" maxlength="2000" placeholder="https://"></label></p><p><label>${w.note}<br><input name="note" maxlength="500"></label></p>`;
}

/** What somebody says of what they have published; undefined where the address is none. */
async function saidIn(context: Context): Promise<OperationInput | undefined> {
  const { url, note } = await context.req.parseBody();
  const given = (value: unknown): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  const read = operationInput.safeParse({ url: given(url), note: given(note) });
  return read.success ? read.data : undefined;
}

/** Does to each publication of the incident what the table of operations has for it. */
async function act(
  link: ActionLink,
  items: readonly IncidentItem[],
  input: OperationInput,
  { publishDeps: parts, words, run }: ActOptions,
  from: string,
): Promise<{ name: string; outcome: string }[]> {
  const operation = link.act === 'acknowledge' ? 'hold' : link.act;
  const actor: Actor = {
    account: { name: link.person, roles: [] },
    from,
    detail: { link: link.act, incident: link.incident, from },
  };
  const results: { name: string; outcome: string }[] = [];
  for (const item of items) {
    const release = parts.calendar().byId.get(releaseId(item.release));
    for (const channel of release ? item.channels : []) {
      if (!release) continue;
      const name = words.amend.publication(titled(release, words), words.channel(channel));
      try {
        const done = await run(actor, operation, release.id, { ...input, channel });
        results.push(...done.map(({ outcome }) => ({ name, outcome })));
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        results.push({ name, outcome: REFUSED[error.code] ?? 'skipped' });
      }
    }
  }
  return results;
}

/** A refusal, as the same outcome that these pages have words for. */
const REFUSED: Readonly<Record<string, string>> = {
  content: 'no-content',
  'never-early': 'too-early',
  unsettled: 'unsettled',
};

function lineOf(words: Messages, item: IncidentItem, timezone: string): string {
  const due = minuteIn(instant(item.due), timezone);
  return words.acts.publication(item.name.zh, item.release, due, item.channels.map(words.channel));
}

function show(
  context: Context,
  { words, bureau }: ActOptions,
  title: string,
  body: Html,
  status: 200 | 404 | 410 = 200,
): Response {
  const page = html`<!doctype html><html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · ${bureau}</title><link rel="stylesheet" href="style.css"></head><body><main><h1>${title}</h1>${body}<p class="small">${words.acts.foot}</p></main></body></html>`;
  return context.body(String(page), status, { 'content-type': 'text/html; charset=utf-8' });
}
