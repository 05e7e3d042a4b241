// The plan: matrix, forms and editor, each with what would come of it before it is saved. Not for changing it: plan-edit.ts.
import { randomUUID } from 'node:crypto';
import { yearIn } from '../../plan/time.ts';
import { asset } from '../assets.ts';
import { releaseWith } from '../deeds.ts';
import { mustBeShowable, Refused, titled } from '../desk.ts';
import { bodyOf } from '../session.ts';
import type { Desk, DeskContext } from '../desk.ts';
import type { Html, Message } from '../pages/frame.ts';
import { editorMain, moveMain, noticeMain, planMain, previewMain, ruleMain } from '../pages/plan.ts';
import type { Rule } from '../pages/plan.ts';
import { cancelled, moved, planFiles, preview, problemsNow, savePlan, withNotice, withRule } from '../plan-edit.ts';
import type { PlanFile } from '../plan-edit.ts';
import { rulesOf } from '../rules.ts';
import type { Problem } from '../../plan/problems.ts';
import type { Words } from '../../words/index.ts';
import { fieldsOf } from './routing.ts';
import type { Form, Routing } from './routing.ts';

export function planRoutes(routing: Routing): void {
  const { desk, guard, show, go, formOf, listOf, refilled, param } = routing;
  const { house } = desk;
  const { planner, config, clock } = house;
  // The plan.
  const showPreview = async (context: DeskContext, { name, text }: PlanFile, why: string, again: string): Promise<Response> => {
    const { who, words } = context.var;
    const seen = await preview(desk, name, text, words);
    const errors = seen.problems.filter(({ severity }) => severity === 'error');
    // Whoever fills in a form is told what is wrong, on it, and nothing of lines of a file.
    if (errors.length > 0)
      throw new Refused(422, 'plan-wrong', words.desk.plan.wrong, { lines: [...new Set(errors.map((one) => sentenceOf(one, words)))] });
    return show(context, 'plan/', words.desk.plan.previewTitle, previewMain(seen, why, again, who, words));
  };
  /** What would become public at once if this were saved, in sentences. */
  const wouldBePublic = async ({ name, text }: PlanFile, words: Words): Promise<string[]> => {
    const { problems } = await preview(desk, name, text, words);
    return problems.filter(({ code }) => code === 'immediate').map((problem) => problem.say(words.plan).wrong);
  };
  guard('get', '/plan/', 'read', async (context) => {
    const { who, words } = context.var;
    const calendar = planner.calendar();
    const years = [...new Set(calendar.releases.map((one) => yearIn(one.due, calendar.timezone)))].sort((a, b) => a - b);
    const asked = Number(context.req.query('year'));
    const year = years.includes(asked)
      ? asked
      : (years.find((one) => one === yearIn(clock.now(), calendar.timezone)) ?? years[0] ?? yearIn(clock.now(), calendar.timezone));
    const view = { calendar, years, year, files: await planFiles(desk), problems: await problemsNow(desk) };
    return show(context, 'plan/', words.desk.plan.title, planMain(view, who, words));
  });
  for (const kind of ['postpone', 'cancel'] as const) {
    guard('get', `/releases/:id/${kind}`, 'plan', async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, param(context, 'id'), words);
      return show(context, 'plan/', words.desk.deeds[kind], moveMain(release, kind, who, words));
    });
    guard('post', `/releases/:id/${kind}`, 'plan', async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, param(context, 'id'), words);
      const title = words.desk.deeds[kind];
      const page = (form: Form): Html => moveMain(release, kind, who, words, form);
      return refilled(context, 'plan/', title, page, async (form) => {
        const reason = form.reason?.trim() ?? '';
        if (reason === '') throw new Refused(422, 'reason-missing', words.desk.refused.reasonMissing, { hint: words.desk.refused.reasonMissingHow });
        const at = `${form.date ?? ''} ${(form.time ?? '').slice(0, 5)}`;
        const year = yearIn(release.due, release.timezone);
        // Each year's releases are that year's plan: in this one it would be gone.
        if (kind === 'postpone' && Number(form.date?.slice(0, 4)) !== year)
          throw new Refused(422, 'other-year', words.desk.plan.otherYear(year), { hint: words.desk.plan.otherYearHow });
        const immediate = form.immediate === 'yes';
        const move = { at, reason, immediate };
        const file = kind === 'postpone' ? await moved(desk, release, move, words) : await cancelled(desk, release, reason, words);
        const ask = immediate ? [] : await wouldBePublic(file, words);
        if (ask.length > 0) return show(context, 'plan/', title, moveMain(release, kind, who, words, form, ask));
        return showPreview(context, file, `${titled(release, words)} ${title}：${reason}`, `/desk/releases/${release.id}/${kind}`);
      });
    });
  }
  const channels = [...config.channels.keys()];
  guard('get', '/plan/notice', 'plan', async (context) =>
    show(context, 'plan/', context.var.words.desk.plan.notice, noticeMain(await editable(desk), channels, context.var.who, context.var.words)),
  );
  guard('post', '/plan/notice', 'plan', async (context) => {
    const { who, words } = context.var;
    const ticked = await listOf(context, 'channels');
    const files = await editable(desk);
    const page = (form: Form): Html => noticeMain(files, channels, who, words, form, ticked);
    return refilled(context, 'plan/', words.desk.plan.notice, page, async (form) => {
      const { id = '', zh = '', en = '', date = '', time = '', category = '', file = '', reason = '' } = form;
      // None ticked would mean all of them.
      if (ticked.length === 0) throw new Refused(422, 'no-channel', words.desk.plan.noChannel);
      const immediate = form.immediate === 'yes' ? reason.trim() : '';
      const notice = {
        id: id.trim(),
        zh: zh.trim(),
        en: en.trim(),
        at: `${date} ${time.slice(0, 5)}`,
        channels: ticked,
        category: category.trim(),
        immediate: immediate === '' ? undefined : immediate,
      };
      const made = await withNotice(desk, file, notice, words);
      const ask = notice.immediate === undefined ? await wouldBePublic(made, words) : [];
      if (ask.length > 0) return show(context, 'plan/', words.desk.plan.notice, noticeMain(files, channels, who, words, form, ticked, ask));
      return showPreview(context, made, `${words.desk.plan.notice}：${zh.trim()}`, '/desk/plan/notice');
    });
  });
  guard('get', '/plan/rule', 'plan', async (context) => {
    const { who, words } = context.var;
    const rules: Rule[] = rulesOf(await editable(desk));
    return show(context, 'plan/', words.desk.plan.rule, ruleMain(rules, who, words));
  });
  guard('post', '/plan/rule', 'plan', async (context) => {
    const { who, words } = context.var;
    const page = async (form: Form): Promise<Html> => {
      const isTyped = ({ file, indicator }: Rule): boolean => file === form.file && indicator === form.indicator;
      return ruleMain(
        rulesOf(await editable(desk)).map((one) => (isTyped(one) ? { ...one, due: form.due ?? '' } : one)),
        who,
        words,
      );
    };
    return refilled(context, 'plan/', words.desk.plan.rule, page, async ({ file = '', indicator = '', due = '' }) =>
      showPreview(context, await withRule(desk, file, indicator, due, words), `${words.desk.plan.rule}：${indicator}`, '/desk/plan/rule'),
    );
  });
  const editor = async (context: DeskContext, text?: string, bad?: Message, name = context.req.query('name') ?? ''): Promise<Response> => {
    const { who, words } = context.var;
    const file = (await planFiles(desk)).find((one) => one.name === name);
    if (!file) throw new Refused(404, 'unknown-file', words.desk.plan.unknownFile(name));
    const problems = (await problemsNow(desk)).filter((one) => one.file === name);
    const nonce = randomUUID();
    const main = editorMain(file, text ?? file.text, problems, who, words);
    return show(context, 'plan/', words.desk.plan.editor(name), main, { scripts: ['editor.js'], nonce, ...(bad ? { message: bad } : {}) });
  };
  guard('get', '/plan/file', 'read', (context) => editor(context));
  guard('get', '/plan/schema.json', 'read', (context) => asset(context, 'schema.json'));
  guard('post', '/plan/file', 'plan', async (context) => {
    const { words, who } = context.var;
    const name = context.req.query('name') ?? '';
    const form = await formOf(context);
    const text = (form.text ?? '').replaceAll('\r\n', '\n');
    const seen = await preview(desk, name, text, words);
    // What was typed stands: the file that it was begun from is no longer there.
    if (form.base !== seen.file.base)
      return editor(context, text, { kind: 'bad', text: words.desk.plan.changedMeanwhile, lines: [words.desk.plan.changedMeanwhileHow] });
    return show(
      context,
      'plan/',
      words.desk.plan.previewTitle,
      previewMain(seen, '', `/desk/plan/file?name=${encodeURIComponent(name)}`, who, words),
    );
  });
  guard('post', '/plan/save', 'plan', async (context) => {
    const { words, who } = context.var;
    const w = words.desk.plan;
    const form = fieldsOf(await bodyOf(context));
    const { file = '', base = '', why = '' } = form;
    const text = (form.text ?? '').replaceAll('\r\n', '\n');
    try {
      mustBeShowable({ why }, words);
      const { unrecorded } = await savePlan(desk, who, file, text, base, why.trim() || words.desk.save, words);
      return await go(context, '/desk/plan/', w.saved, unrecorded === undefined ? [] : [w.unrecorded(unrecorded)]);
    } catch (error) {
      if (!(error instanceof Refused) || error.code === 'unknown-file') throw error;
      context.status(error.status);
      const said = [error.message, error.hint].filter(Boolean).join('。');
      return editor(context, text, { kind: 'bad', text: said, lines: [...error.lines] }, file);
    }
  });
}

function sentenceOf(problem: Problem, words: Words): string {
  const { wrong, expected } = problem.say(words.plan);
  return [wrong, expected].filter(Boolean).join('；');
}

/** Plan files, without the bureau's working days. */
async function editable(desk: Desk): Promise<PlanFile[]> {
  return (await planFiles(desk)).filter(({ name }) => !name.endsWith('workdays.yaml'));
}
