// What the desk's forms make of a plan file: a date moved with its words, a release cancelled, a
// notice added; comments and order stay. Not for what would come of it: preview.ts; nor for writing
// it: save.ts; nor for another rule: rule-edit.ts.
import { type Document, isMap, isScalar } from 'yaml';
import type { Messages } from '../../i18n/index.ts';
import { nameFor } from '../../import-export/names.ts';
import type { Instant } from '../../lib/instant.ts';
import { RequestError } from '../../lib/request-error.ts';
import { showProblem } from '../../plan/issues.ts';
import { ID_LENGTH, isId } from '../../plan/schema.ts';
import { dateIn, minuteIn } from '../../plan/time.ts';
import type { ApprovalRule, Release } from '../../plan/types.ts';
import { plainDocument } from '../../plan/yaml.ts';
import { grafted } from '../../plan-files/edit-lines.ts';
import type { Desk } from '../shell/desk.ts';
import { fileIn, type PlanFileText, planFiles, problemsNow } from './preview.ts';

/** Where something stands in a plan file. */
type Place = readonly (string | number)[];

/**
 * Where an exception of a release stands in its plan file.
 * @throws RequestError for what follows another release
 */
export function editPlace(release: Release, words: Messages): Place {
  if (release.follows !== undefined)
    throw new RequestError(409, 'follows', words.desk.plan.follows(release.follows));
  return release.indicator !== undefined && release.period !== undefined
    ? ['indicators', release.indicator, 'dates', release.period]
    : ['notices', release.id];
}

/** A place by the keys as they are written: of an annual period YAML makes a number. */
export function placeIn(document: Document, place: Place): Place {
  return place.map((key, depth) => {
    const map =
      depth === 0
        ? document.contents
        : document.getIn(placeIn(document, place.slice(0, depth)), true);
    const own = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))?.key
      : undefined;
    return isScalar(own) && typeof own.value === 'number' ? own.value : key;
  });
}

/** Changes the document of a release's file and gives back its text; comments and order stay. */
export async function edited(
  desk: Desk,
  name: string,
  edit: (document: Document) => void,
  words: Messages,
): Promise<PlanFileText> {
  const file = fileIn(await planFiles(desk), name, words);
  const document = plainDocument(file.text);
  if (!document || !isMap(document.contents)) throw await broken(desk, name, words);
  const before = document.toString({ lineWidth: 0 });
  try {
    edit(document);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    // Somewhere on the way there is a word where the plan language has a group of values.
    throw await broken(desk, name, words);
  }
  return { ...file, text: grafted(file.text, before, document.toString({ lineWidth: 0 })) };
}

/** A file that no form can change: what is wrong with it, and that the editor can mend it. */
async function broken(desk: Desk, name: string, words: Messages): Promise<RequestError> {
  const lines = (await problemsNow(desk))
    .filter(({ file }) => file === name)
    .map((problem) => showProblem(problem, words.plan));
  return new RequestError(422, 'plan-broken', words.desk.plan.broken(name), {
    hint: words.desk.plan.brokenHow,
    lines,
  });
}

/** Sets fields of an entry, which may not be there yet. */
export function setAll(
  document: Document,
  at: Place,
  fields: Readonly<Record<string, unknown>>,
): void {
  const place = placeIn(document, at);
  // A date that was a word alone becomes a map.
  const before: unknown = document.getIn(place, true);
  const old = isMap(before)
    ? {}
    : typeof document.getIn(place) === 'string'
      ? { at: document.getIn(place) }
      : {};
  if (!isMap(before)) document.setIn(place, document.createNode({ ...old, ...fields }));
  else for (const [key, value] of Object.entries(fields)) document.setIn([...place, key], value);
}

/** Takes fields out of an entry. */
export function dropAll(document: Document, at: Place, keys: readonly string[]): void {
  const place = placeIn(document, at);
  for (const key of keys) document.deleteIn([...place, key]);
}

const clean = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  );

/** Today, in the plan's time zone. */
export function today({ app }: Desk, release: Pick<Release, 'timezone'>): string {
  return dateIn(app.clock.now(), release.timezone);
}

/** What a move says of a date. */
export interface Move {
  /** `YYYY-MM-DD HH:mm` in the release's time zone. */
  readonly at: string;
  readonly reason: string;
  /** It may be past or nearer than the lead: said in so many words. */
  readonly immediate: boolean;
}

/** What an earlier entry said of a date that is no longer its own. */
const OUTDATED = ['immediate', 'expected', 'cancelled'];

/**
 * The plan with a release at another time, from when and why it moved; put back, if it was
 * cancelled.
 */
export function moved(
  desk: Desk,
  release: Release,
  { at, reason, immediate }: Move,
  words: Messages,
): Promise<PlanFileText> {
  const isBack = release.status === 'cancelled';
  const promised = isBack ? promisedBefore(desk, release) : undefined;
  const was = minuteIn(promised ?? release.due, release.timezone);
  const fields = clean({
    at,
    was: was === at ? undefined : was,
    reason,
    announced: today(desk, release),
    immediate: immediate || undefined,
  });
  const place = editPlace(release, words);
  // What was promised is owed again, and no longer provisional.
  const outdated = [...OUTDATED, 'was', ...(promised === undefined ? [] : ['provisional'])];
  const edit = (document: Document): void => {
    setAll(document, place, fields);
    dropAll(
      document,
      place,
      outdated.filter((key) => !(key in fields)),
    );
  };
  return edited(desk, release.where.file, edit, words);
}

/**
 * What the public was promised last of a release that is cancelled now; undefined where it was
 * promised nothing.
 */
export function promisedBefore({ app }: Desk, release: Release): Instant | undefined {
  const last = app.planService
    .calendar()
    .history.get(release.id)
    ?.findLast((change) => change.promised);
  if (!last) return undefined;
  return last.kind === 'cancelled' || last.kind === 'removed' ? last.from : last.to;
}

/** The plan without a release, which the public reads as cancelled. */
export function cancelled(
  desk: Desk,
  release: Release,
  reason: string,
  words: Messages,
): Promise<PlanFileText> {
  const fields = { cancelled: true, reason, announced: today(desk, release) };
  return edited(
    desk,
    release.where.file,
    (document) => {
      const place = editPlace(release, words);
      setAll(document, place, fields);
      // Put back one day, what was said of this date says nothing of that one.
      dropAll(
        document,
        place,
        OUTDATED.filter((key) => !(key in fields)),
      );
    },
    words,
  );
}

export const APPROVAL_RULES = ['none', 'one', 'three'] as const satisfies readonly ApprovalRule[];

export interface NewNotice {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly at: string;
  readonly channels: readonly string[];
  readonly category: string;
  /** It may be past or nearer than the lead, for this reason; undefined: it may not. */
  readonly immediate: string | undefined;
  /** Undefined: as the plan has it for all. */
  readonly approval?: ApprovalRule | undefined;
}

/** An id out of a notice's name that nothing in the plan in force has. */
export function noticeIdFor({ app }: Desk, zh: string): string {
  const taken = app.planService
    .calendar()
    .releases.map(({ id, indicator }) => indicator ?? String(id));
  return nameFor(zh, new Set(taken)).id;
}

/** The plan with one more notice. */
export function withNotice(
  desk: Desk,
  file: string,
  notice: NewNotice,
  words: Messages,
): Promise<PlanFileText> {
  const { id, zh, en, at, channels, category, immediate, approval } = notice;
  if (!isId(id))
    throw new RequestError(422, 'id', words.desk.plan.badId(id.slice(0, ID_LENGTH)), {
      hint: words.desk.plan.badIdHow(ID_LENGTH),
    });
  const said = immediate === undefined ? {} : { immediate: true, reason: immediate };
  return edited(
    desk,
    file,
    (document) => {
      if (document.hasIn(['notices', id]) || document.hasIn(['indicators', id]))
        throw new RequestError(409, 'id-taken', words.desk.plan.idTaken(id));
      document.setIn(
        ['notices', id],
        document.createNode({
          name: clean({ zh, en }),
          at,
          ...said,
          ...(channels.length > 0 ? { channels } : {}),
          category: category || words.desk.plan.noticeCategory,
          ...(approval === undefined ? {} : { approval }),
        }),
      );
    },
    words,
  );
}
