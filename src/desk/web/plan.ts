// The plan: matrix, forms and editor, each with what would come of it before it is saved. Not for changing it: plan-edit.ts.
import { randomUUID } from 'node:crypto';
import { yearIn } from '../../plan/time.ts';
import { asset } from '../assets.ts';
import { releaseWith } from '../deeds.ts';
import { Refused, titled } from '../desk.ts';
import type { Desk, DeskContext } from '../desk.ts';
import type { Message } from '../pages/frame.ts';
import { editorMain, moveMain, noticeMain, planMain, previewMain, ruleMain } from '../pages/plan.ts';
import type { Rule } from '../pages/plan.ts';
import { cancelled, moved, planFiles, preview, problemsNow, savePlan, withNotice, withRule } from '../plan-edit.ts';
import type { PlanFile } from '../plan-edit.ts';
import { rulesOf } from '../rules.ts';
import type { Words } from '../../words/index.ts';
import type { Routing } from './routing.ts';

export function planRoutes(routing: Routing): void {
  const { desk, guard, show, go, formOf, listOf, param } = routing;
  const { house } = desk;
  const { planner, config, clock } = house;
  // The plan.
  const showPreview = async (context: DeskContext, { name, text }: PlanFile, why: string, again: string): Promise<Response> => {
    const { who, words } = context.var;
    const seen = await preview(desk, name, text, words);
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
      const form = await formOf(context);
      const reason = form.reason?.trim() ?? '';
      if (reason === '') {
        const bad = { kind: 'bad' as const, text: words.desk.refused.reasonMissing, lines: [words.desk.refused.reasonMissingHow] };
        return show(context, 'plan/', words.desk.deeds[kind], moveMain(release, kind, who, words, form), { message: bad });
      }
      const at = `${form.date ?? ''} ${(form.time ?? '').slice(0, 5)}`;
      const immediate = form.immediate === 'yes';
      const move = { at, reason, immediate };
      const file = kind === 'postpone' ? await moved(desk, release, move, words) : await cancelled(desk, release, reason, words);
      const ask = immediate ? [] : await wouldBePublic(file, words);
      if (ask.length > 0) return show(context, 'plan/', words.desk.deeds[kind], moveMain(release, kind, who, words, form, ask));
      return showPreview(context, file, `${titled(release, words)} ${words.desk.deeds[kind]}：${reason}`, `/desk/releases/${release.id}/${kind}`);
    });
  }
  const channels = [...config.channels.keys()];
  guard('get', '/plan/notice', 'plan', async (context) =>
    show(context, 'plan/', context.var.words.desk.plan.notice, noticeMain(await editable(desk), channels, context.var.who, context.var.words)),
  );
  guard('post', '/plan/notice', 'plan', async (context) => {
    const { who, words } = context.var;
    const form = await formOf(context);
    const { id = '', zh = '', en = '', date = '', time = '', category = '', file = '', reason = '' } = form;
    const immediate = form.immediate === 'yes' ? reason.trim() : '';
    const notice = {
      id: id.trim(),
      zh: zh.trim(),
      en: en.trim(),
      at: `${date} ${time.slice(0, 5)}`,
      channels: await listOf(context, 'channels'),
      category: category.trim(),
      immediate: immediate === '' ? undefined : immediate,
    };
    const made = await withNotice(desk, file, notice, words);
    const ask = notice.immediate === undefined ? await wouldBePublic(made, words) : [];
    if (ask.length > 0) {
      const main = noticeMain(await editable(desk), channels, who, words, form, notice.channels, ask);
      return show(context, 'plan/', words.desk.plan.notice, main);
    }
    return showPreview(context, made, `${words.desk.plan.notice}：${zh.trim()}`, '/desk/plan/notice');
  });
  guard('get', '/plan/rule', 'plan', async (context) => {
    const { who, words } = context.var;
    const rules: Rule[] = rulesOf(await editable(desk));
    return show(context, 'plan/', words.desk.plan.rule, ruleMain(rules, who, words));
  });
  guard('post', '/plan/rule', 'plan', async (context) => {
    const { words } = context.var;
    const { file = '', indicator = '', due = '' } = await formOf(context);
    return showPreview(context, await withRule(desk, file, indicator, due, words), `${words.desk.plan.rule}：${indicator}`, '/desk/plan/rule');
  });
  const editor = async (context: DeskContext, text?: string, bad?: Message): Promise<Response> => {
    const { who, words } = context.var;
    const name = context.req.query('name') ?? '';
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
    const { file = '', text = '', base = '', why = '' } = await formOf(context);
    await savePlan(desk, who, file, text.replaceAll('\r\n', '\n'), base, why.trim() || words.desk.save, words);
    return go(context, '/desk/plan/', words.desk.plan.saved);
  });
}

/** Plan files, without the bureau's working days. */
async function editable(desk: Desk): Promise<PlanFile[]> {
  return (await planFiles(desk)).filter(({ name }) => !name.endsWith('workdays.yaml'));
}
