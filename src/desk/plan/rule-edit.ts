// The plan with another rule for an indicator: what is past keeps its dates, and each promised date
// that moves says from when and why. Not for which those are: plan/rule-change.ts.
import { type Document, isSeq } from 'yaml';
import type { Messages } from '../../i18n/index.ts';
import { tellChange } from '../../i18n/plan-changes.ts';
import { RequestError } from '../../lib/request-error.ts';
import { groupBy } from '../../plan/group.ts';
import { EMPTY } from '../../plan/read-all.ts';
import { effectsOfRule, type RuleEffect } from '../../plan/rule-change.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import { plainDocument } from '../../plan/yaml.ts';
import { readApart } from '../../plan-files/long-plans.ts';
import { readSources } from '../../plan-files/sources.ts';
import { titled } from '../../site/names.ts';
import type { Desk } from '../shell/desk.ts';
import { dropAll, edited, editPlace, placeIn, setAll, today } from './edit.ts';
import { type PlanFileText } from './preview.ts';

export interface NewRule {
  readonly file: string;
  readonly indicator: string;
  /** As the plan language writes it, e.g. `{ day: 12, month: +1, if-closed: next }`. */
  readonly due: string;
  /** Why promised dates move; empty where nobody has said so yet. */
  readonly reason: string;
}

/** A rule is a line, UTF-16 units. */
const LONGEST_RULE = 1000;

export interface RuleEdit {
  readonly file: PlanFileText;
  /** The promised dates that move by the rule, a sentence each: these need the reason. */
  readonly moves: readonly string[];
  /** What stays as it was, a sentence for each why. */
  readonly kept: readonly string[];
}

/**
 * @throws RequestError for what is no rule, an unknown indicator, or dates in another file that
 *   would have to change with it
 */
export async function withRule(
  desk: Desk,
  { file: name, indicator, due, reason }: NewRule,
  words: Messages,
): Promise<RuleEdit> {
  const setDue = (document: Document): void => {
    if (due.length > LONGEST_RULE)
      throw new RequestError(413, 'too-large', words.desk.refused.tooLarge);
    const rule = plainDocument(due);
    if (!rule || rule.contents === null)
      throw new RequestError(422, 'rule', words.desk.plan.badRule, {
        hint: words.plan.badDue(false).write,
      });
    if (!document.hasIn(['indicators', indicator]))
      throw new RequestError(404, 'unknown-indicator', words.desk.plan.unknownIndicator(indicator));
    document.setIn(['indicators', indicator, 'due'], rule.contents);
  };
  const effects = await effectsIn(desk, await edited(desk, name, setDue, words), indicator);
  const elsewhere = effects.map(releaseOf).find(({ where }) => where.file !== name);
  if (elsewhere) {
    const { otherFile, otherFileHow } = words.desk.dates;
    throw new RequestError(
      422,
      'other-file',
      otherFile(titled(elsewhere, words), elsewhere.where.file),
      { hint: otherFileHow },
    );
  }
  const write = (document: Document): void => {
    setDue(document);
    for (const effect of effects)
      writeEffect(document, effect, { reason, announced: today(desk, releaseOf(effect)) }, words);
  };
  return {
    file: await edited(desk, name, write, words),
    moves: movesOf(effects, words),
    kept: keptOf(effects, words),
  };
}

const releaseOf = (effect: RuleEffect): Release =>
  effect.what === 'moved' ? effect.to : effect.release;

/**
 * Nothing where the file is wrong with the rule: its preview says what, or where no plan was in
 * force that promised anything.
 */
async function effectsIn(
  { app }: Desk,
  { name, text }: PlanFileText,
  indicator: string,
): Promise<RuleEffect[]> {
  const sources = (await readSources(app.config.paths)).map((one) =>
    one.name === name ? { name, text } : one,
  );
  const { plans, workdays } = await readApart(sources, [...app.config.channels.keys()]);
  const plan = plans.find(
    ({ files, indicators }) => files.includes(name) && indicators.has(indicator),
  );
  // As it is now, whoever put it there.
  await app.planService.follow();
  const force = app.planService.calendar();
  if (!plan || force === EMPTY) return [];
  return effectsOfRule(plan, indicator, {
    force,
    workdays,
    now: app.clock.now(),
    published: await app.published(),
  });
}

/** What an earlier date said of itself. */
const OUTDATED = ['immediate', 'expected'];

interface Said {
  readonly reason: string;
  readonly announced: string;
}

function writeEffect(document: Document, effect: RuleEffect, said: Said, words: Messages): void {
  if (effect.what === 'skipped') skip(document, effect.release);
  else if (effect.what === 'moved') move(document, effect.from, said, words);
  else if (effect.why !== 'own-date') keep(document, effect.release, words);
}

/** The rule says where to; the entry from when, and why. */
function move(
  document: Document,
  from: Release,
  { reason, announced }: Said,
  words: Messages,
): void {
  const place = editPlace(from, words);
  setAll(document, place, { was: minuteIn(from.due, from.timezone), reason, announced });
  dropAll(document, place, OUTDATED);
}

function keep(document: Document, release: Release, words: Messages): void {
  const place = editPlace(release, words);
  const at = minuteIn(release.due, release.timezone);
  const isSaid = document.hasIn(placeIn(document, place));
  if (release.status === 'provisional') setAll(document, place, { at, provisional: true });
  else if (isSaid) setAll(document, place, { at });
  // Where nothing else is said, the date alone.
  else document.setIn(place, at);
}

function skip(document: Document, { indicator = '', period = '' }: Release): void {
  const place = ['indicators', indicator, 'skip'];
  if (isSeq(document.getIn(place, true))) document.addIn(place, period);
  else document.setIn(place, document.createNode([period], { flow: true }));
}

function movesOf(effects: readonly RuleEffect[], words: Messages): string[] {
  return effects.flatMap((effect) => {
    if (effect.what !== 'moved') return [];
    const { from, to } = effect;
    return [tellChange({ kind: 'moved', from, to: { ...to, reason: undefined } }, words.changes)];
  });
}

function keptOf(effects: readonly RuleEffect[], words: Messages): string[] {
  const why = (effect: RuleEffect) => (effect.what === 'kept' ? effect.why : effect.what);
  const dated = (release: Release): string =>
    words.desk.dates.dated(titled(release, words), minuteIn(release.due, release.timezone));
  return [...groupBy(effects, why)].flatMap(([key, own]) =>
    key === 'moved'
      ? []
      : [words.desk.dates.kept[key](own.map((effect) => dated(releaseOf(effect))))],
  );
}
