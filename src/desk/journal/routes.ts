// Incidents, journal and people. Not for who may what: operations/roles.ts.

import type { Account } from '../../ledger/accounts.ts';
import type { Html } from '../../lib/html.ts';
import { RequestError } from '../../lib/request-error.ts';
import { confirmSelf } from '../auth/sign-in.ts';
import { acknowledgeAs } from '../incidents/incidents.ts';
import { createInvitation } from '../people/invitations.ts';
import { incidentsMain, journalMain, peopleMain, type TypedPerson } from '../people/pages.ts';
import { addPerson, changePerson, newPerson, personChange } from '../people/people.ts';
import { incidentsOf } from '../releases/summaries.ts';
import type { DeskContext } from '../shell/desk.ts';
import { type Form, given, parsed, type Routing } from '../shell/routing.ts';
import { journalCsv, journalQuery, peopleNames, searchJournal } from './journal.ts';

export function recordRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, go, listOf, param, refilled } = routing;
  const { app } = desk;
  const { accounts } = app;
  // Incidents, journal, people.
  protectedRoute('get', '/incidents/', 'read', async (context) => {
    const { who, words } = context.var;
    return show(
      context,
      'incidents/',
      words.desk.incidents.title,
      incidentsMain(await incidentsOf(desk, words), who, words),
    );
  });
  protectedRoute('post', '/incidents/:id/ack', 'operate', async (context) => {
    const { who, words } = context.var;
    await acknowledgeAs(
      desk,
      { name: who.account.name, from: who.from },
      param(context, 'id'),
      words,
    );
    return go(context, '/desk/incidents/', words.desk.incidents.acknowledged);
  });
  const journal = async (context: DeskContext) => {
    const query = parsed(journalQuery, given(context.req.query()), context.var.words);
    return { query, events: await searchJournal(desk, query) };
  };
  protectedRoute('get', '/journal/', 'read', async (context) => {
    const { query, events } = await journal(context);
    return show(
      context,
      'journal/',
      context.var.words.desk.journal.title,
      journalMain(
        events,
        query,
        context.var.words,
        desk.app.planService.calendar().timezone,
        await peopleNames(app),
      ),
    );
  });
  protectedRoute('get', '/journal/export.csv', 'read', async (context) => {
    const { events } = await journal(context);
    return context.body(
      journalCsv(
        events,
        context.var.words,
        desk.app.planService.calendar().timezone,
        await peopleNames(app),
      ),
      200,
      {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="journal.csv"',
      },
    );
  });
  protectedRoute('get', '/people/', 'people', async (context) => {
    const { who, words } = context.var;
    return show(
      context,
      'people/',
      words.desk.people.title,
      peopleMain(await accounts.all(), who, words),
    );
  });
  const typedOf = (form: Form, roles: readonly string[], of?: string): TypedPerson => {
    const { name = '', display = '', mail = '' } = form;
    return { of, name, display, mail, roles, disabled: form.disabled === 'yes' };
  };
  /** Shows the link on the page that answers, and nowhere else: it is kept by nobody. */
  const invited = async (context: DeskContext, account: Account): Promise<Response> => {
    const { who, words } = context.var;
    const link = await createInvitation(desk, { name: who.account.name, from: who.from }, account);
    const main = peopleMain(await accounts.all(), who, words);
    return show(context, 'people/', words.desk.people.title, main, {
      message: { kind: 'good', text: words.desk.invitation.made(account.name), lines: [link] },
    });
  };
  protectedRoute('post', '/people/:name/invite', 'people', async (context) => {
    const { who, words } = context.var;
    const page = async (): Promise<Html> => peopleMain(await accounts.all(), who, words);
    return refilled(context, 'people/', words.desk.people.title, page, async (form) => {
      const account = await accounts.get(param(context, 'name'));
      if (!account || account.disabled)
        throw new RequestError(
          404,
          'unknown-person',
          words.desk.people.unknown(param(context, 'name')),
        );
      await confirmSelf(desk, who, form.confirm, words);
      return invited(context, account);
    });
  });
  protectedRoute('post', '/people/', 'people', async (context) => {
    const { who, words } = context.var;
    const roles = await listOf(context, 'roles');
    const page = async (form: Form): Promise<Html> =>
      peopleMain(await accounts.all(), who, words, typedOf(form, roles));
    return refilled(context, 'people/', words.desk.people.title, page, async (form) => {
      const input = parsed(newPerson, { ...given(form), roles }, words);
      await confirmSelf(desk, who, form.confirm, words);
      const by = { name: who.account.name, from: who.from };
      const added = await addPerson(desk, by, input, words);
      return input.password === undefined
        ? invited(context, added)
        : go(context, '/desk/people/', words.desk.people.saved);
    });
  });
  protectedRoute('post', '/people/:name', 'people', async (context) => {
    const { who, words } = context.var;
    const roles = await listOf(context, 'roles');
    const name = param(context, 'name');
    const page = async (form: Form): Promise<Html> =>
      peopleMain(await accounts.all(), who, words, typedOf(form, roles, name));
    return refilled(context, 'people/', words.desk.people.title, page, async (form) => {
      const change = {
        ...given(form),
        roles,
        disabled: form.disabled === 'yes',
        resetTotp: form.resetTotp === 'yes',
      };
      const input = parsed(personChange, change, words);
      await confirmSelf(desk, who, form.confirm, words);
      await changePerson(desk, { name: who.account.name, from: who.from }, name, input, words);
      return go(context, '/desk/people/', words.desk.people.saved);
    });
  });
}
