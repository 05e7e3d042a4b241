// The plan: matrix, forms and editor, each with what would come of it before it is saved. Not for
// changing it: edit.ts.

import { randomUUID } from 'node:crypto';
import type { Messages } from '../../i18n/index.ts';
import { tellChanges } from '../../i18n/plan-changes.ts';
import type { Html } from '../../lib/html.ts';
import { RequestError } from '../../lib/request-error.ts';
import { releaseWith } from '../../operations/release-with.ts';
import { dateIn, yearIn } from '../../plan/time.ts';
import { isAnnounced, type PlanChange, type Release } from '../../plan/types.ts';
import { readApart } from '../../plan-files/long-plans.ts';
import { readSources } from '../../plan-files/sources.ts';
import { titled } from '../../site/names.ts';
import { bodyOf } from '../auth/session.ts';
import { serveAsset } from '../shell/assets.ts';
import { type Desk, type DeskContext, mustBeShowable } from '../shell/desk.ts';
import type { PageMessage } from '../shell/frame.ts';
import { type Form, fieldsOf, PAGE_BODY_BYTES, type Routing } from '../shell/routing.ts';
import { APPROVAL_RULES, cancelled, moved, noticeIdFor, withNotice } from './edit.ts';
import { moveIn } from './move-form.ts';
import {
  editorMain,
  moveMain,
  noticeMain,
  planMain,
  planPreviewMain,
  type Rule,
  ruleMain,
} from './pages.ts';
import { largeInTurn, type PlanFileText, planFiles, preview, problemsNow } from './preview.ts';
import { previewsOf } from './preview-routes.ts';
import { withRule } from './rule-edit.ts';
import { ruleReasonMain } from './rule-reason-page.ts';
import { rulesInWords, rulesOf } from './rules.ts';
import { savePlan } from './save.ts';

export function planRoutes(routing: Routing): void {
  const { desk, protectedRoute, show, go, formOf, listOf, refilled, param } = routing;
  const { app } = desk;
  const { planService: planner, config, clock } = app;
  // The plan.
  const { showPreview, wouldBePublic } = previewsOf(routing);
  protectedRoute('get', '/plan/', 'read', async (context) => {
    const { who, words } = context.var;
    const calendar = planner.calendar();
    const years = [
      ...new Set(calendar.releases.map((one) => yearIn(one.due, calendar.timezone))),
    ].sort((a, b) => a - b);
    const asked = Number(context.req.query('year'));
    const year = years.includes(asked)
      ? asked
      : (years.find((one) => one === yearIn(clock.now(), calendar.timezone)) ??
        years[0] ??
        yearIn(clock.now(), calendar.timezone));
    const view = {
      calendar,
      years,
      year,
      files: await planFiles(desk),
      problems: await problemsNow(desk),
      now: clock.now(),
    };
    return show(context, 'plan/', words.desk.plan.title, planMain(view, who, words));
  });
  /** Whether the public knows of its year's plan. */
  const isKnown = ({ due, timezone }: Release): boolean => {
    const plan = planner.calendar().plans.find(({ year }) => year === yearIn(due, timezone));
    return plan === undefined || isAnnounced(plan, dateIn(clock.now(), timezone));
  };
  for (const kind of ['postpone', 'cancel'] as const) {
    protectedRoute('get', `/releases/:id/${kind}`, 'plan', async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk.app, param(context, 'id'), words);
      return show(
        context,
        'plan/',
        words.desk.operations[kind],
        moveMain(release, kind, isKnown(release), who, words),
      );
    });
    protectedRoute('post', `/releases/:id/${kind}`, 'plan', async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk.app, param(context, 'id'), words);
      const title = words.desk.operations[kind];
      const page = (form: Form): Html =>
        moveMain(release, kind, isKnown(release), who, words, form);
      return refilled(context, 'plan/', title, page, async (form) => {
        const move = moveIn(form, release, kind, words);
        const { reason } = move;
        const file =
          kind === 'postpone'
            ? await moved(desk, release, move, words)
            : await cancelled(desk, release, reason, words);
        const ask = move.immediate ? [] : await wouldBePublic(file, words);
        if (ask.length > 0)
          return show(
            context,
            'plan/',
            title,
            moveMain(release, kind, isKnown(release), who, words, form, ask),
          );
        return showPreview(
          context,
          file,
          `${titled(release, words)} ${title}：${reason}`,
          `/desk/releases/${release.id}/${kind}`,
        );
      });
    });
  }
  const channels = [...config.channels.keys()];
  protectedRoute('get', '/plan/notice', 'plan', async (context) =>
    show(
      context,
      'plan/',
      context.var.words.desk.plan.notice,
      noticeMain(await editable(desk), channels, context.var.who, context.var.words),
    ),
  );
  protectedRoute('post', '/plan/notice', 'plan', async (context) => {
    const { who, words } = context.var;
    const ticked = await listOf(context, 'channels');
    const files = await editable(desk);
    const page = (form: Form): Html => noticeMain(files, channels, who, words, form, ticked);
    return refilled(context, 'plan/', words.desk.plan.notice, page, async (form) => {
      const {
        id = '',
        zh = '',
        en = '',
        date = '',
        time = '',
        category = '',
        file = '',
        reason = '',
      } = form;
      // None ticked would mean all of them.
      if (ticked.length === 0) throw new RequestError(422, 'no-channel', words.desk.plan.noChannel);
      const immediate = form.immediate === 'yes' ? reason.trim() : '';
      const notice = {
        id: id.trim() || noticeIdFor(desk, zh.trim()),
        zh: zh.trim(),
        en: en.trim(),
        at: `${date} ${time.slice(0, 5)}`,
        channels: ticked,
        category: category.trim(),
        immediate: immediate === '' ? undefined : immediate,
        approval: APPROVAL_RULES.find((one) => one === form.approval),
      };
      const year = Number(date.slice(0, 4));
      // In the plan of another year it would be read by nobody.
      const own = app.planService.calendar().releases.find((one) => one.where.file === file);
      const ofFile = own && yearIn(own.due, own.timezone);
      if (ofFile !== undefined && ofFile !== year)
        throw new RequestError(422, 'other-year', words.desk.plan.noticeYear(file, ofFile, year));
      const made = await withNotice(desk, file, notice, words);
      const ask = notice.immediate === undefined ? await wouldBePublic(made, words) : [];
      if (ask.length > 0)
        return show(
          context,
          'plan/',
          words.desk.plan.notice,
          noticeMain(files, channels, who, words, form, ticked, ask),
        );
      return showPreview(
        context,
        made,
        `${words.desk.plan.notice}：${zh.trim()}`,
        '/desk/plan/notice',
        [{ text: words.desk.rules.thenText, lines: [] }],
      );
    });
  });
  const rulesNow = async (words: Messages): Promise<Rule[]> => {
    const { plans } = await readApart(await readSources(config.paths), channels);
    return rulesOf(await editable(desk), rulesInWords(plans, words));
  };
  protectedRoute('get', '/plan/rule', 'plan', async (context) => {
    const { who, words } = context.var;
    const rules = await rulesNow(words);
    return show(context, 'plan/', words.desk.plan.rule, ruleMain(rules, who, words));
  });
  protectedRoute('post', '/plan/rule', 'plan', async (context) => {
    const { who, words } = context.var;
    const title = words.desk.plan.rule;
    const isTyped = ({ file, indicator }: Rule, form: Form): boolean =>
      file === form.file && indicator === form.indicator;
    const rulesWith = async (form: Form): Promise<Rule[]> =>
      (await rulesNow(words)).map((one) =>
        isTyped(one, form) ? { ...one, due: form.due ?? '' } : one,
      );
    const page = async (form: Form): Promise<Html> => {
      const rules = await rulesWith(form);
      const typed = rules.find((one) => isTyped(one, form));
      return typed && form.reason
        ? ruleReasonMain(typed, [], who, words, form.reason)
        : ruleMain(rules, who, words);
    };
    return refilled(context, 'plan/', title, page, async (form) => {
      const { file = '', indicator = '', due = '', reason = '' } = form;
      const why = reason.trim();
      const { moves, kept, ...made } = await withRule(
        desk,
        { file, indicator, due, reason: why },
        words,
      );
      // Asked once, and only where somebody was promised a date that moves.
      const typed =
        moves.length > 0 && why === ''
          ? (await rulesWith(form)).find((one) => isTyped(one, form))
          : undefined;
      if (typed) return show(context, 'plan/', title, ruleReasonMain(typed, moves, who, words));
      const notes = kept.length === 0 ? [] : [{ text: words.desk.dates.keptLead, lines: kept }];
      return showPreview(
        context,
        made.file,
        [title, indicator, why].filter(Boolean).join('：'),
        '/desk/plan/rule',
        notes,
      );
    });
  });
  const editor = async (
    context: DeskContext,
    text?: string,
    bad?: PageMessage,
    name = context.req.query('name') ?? '',
  ): Promise<Response> => {
    const { who, words } = context.var;
    const file = (await planFiles(desk)).find((one) => one.name === name);
    if (!file) throw new RequestError(404, 'unknown-file', words.desk.plan.unknownFile(name));
    const problems = (await problemsNow(desk)).filter((one) => one.file === name);
    const nonce = randomUUID();
    const main = editorMain(file, text ?? file.text, problems, who, words);
    return show(context, 'plan/', words.desk.plan.editor(name), main, {
      scripts: ['editor.js'],
      nonce,
      ...(bad ? { message: bad } : {}),
    });
  };
  protectedRoute('get', '/plan/file', 'read', (context) => editor(context));
  protectedRoute('get', '/plan/schema.json', 'read', (context) =>
    serveAsset(context, 'schema.json'),
  );
  const take = async (context: DeskContext): Promise<Response> => {
    const { words, who } = context.var;
    const name = context.req.query('name') ?? '';
    const form = await formOf(context);
    const text = (form.text ?? '').replaceAll('\r\n', '\n');
    await largeInTurn(desk, 'preview', text, words);
    const seen = await preview(desk, name, text, words);
    // What was typed stands: the file that it was begun from is no longer there.
    if (form.base !== seen.file.base)
      return editor(context, text, {
        kind: 'bad',
        text: words.desk.plan.changedMeanwhile,
        lines: [words.desk.plan.changedMeanwhileHow],
      });
    return show(
      context,
      'plan/',
      words.desk.plan.previewTitle,
      planPreviewMain(seen, '', `/desk/plan/file?name=${encodeURIComponent(name)}`, who, words),
    );
  };
  protectedRoute('post', '/plan/file', 'plan', take, PAGE_BODY_BYTES);
  const save = async (context: DeskContext): Promise<Response> => {
    const { words, who } = context.var;
    const w = words.desk.plan;
    const form = fieldsOf(await bodyOf(context));
    const { file = '', base = '', why = '' } = form;
    const text = (form.text ?? '').replaceAll('\r\n', '\n');
    try {
      mustBeShowable({ why }, words);
      const { unrecorded, changes } = await savePlan(
        desk,
        who,
        file,
        text,
        base,
        why.trim() || words.desk.save,
        words,
      );
      return await go(context, `/desk/plan/${yearAsked(file, changes)}`, w.saved, [
        ...tellChanges(changes, words.changes).slice(0, CHANGES_SAID),
        ...(unrecorded === undefined ? [] : [w.unrecorded(unrecorded)]),
      ]);
    } catch (error) {
      if (!(error instanceof RequestError) || error.code === 'unknown-file') throw error;
      context.status(error.status);
      const said = [error.message, error.hint].filter(Boolean).join('。');
      return editor(context, text, { kind: 'bad', text: said, lines: [...error.lines] }, file);
    }
  };
  protectedRoute('post', '/plan/save', 'plan', save, PAGE_BODY_BYTES);
}

/** So many changes are said once more after saving. */
const CHANGES_SAID = 12;

/** The year that the change is about is the one that whoever saved wants to see. */
function yearAsked(file: string, changes: readonly PlanChange[]): string {
  const years = new Set(
    changes.map((change) => {
      const { due, timezone } = 'to' in change ? change.to : change.from;
      return yearIn(due, timezone);
    }),
  );
  const ofFile = /(\d{4})\.ya?ml$/.exec(file)?.[1];
  const year = years.size === 1 ? [...years][0] : ofFile;
  return year === undefined ? '' : `?year=${year}`;
}

/** Plan files, without the bureau's working days. */
async function editable(desk: Desk): Promise<PlanFileText[]> {
  return (await planFiles(desk)).filter(({ name }) => !name.endsWith('workdays.yaml'));
}
