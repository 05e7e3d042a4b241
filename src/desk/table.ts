// The year's table as somebody brings it to the desk: read, named, and turned into the file that it becomes. Not for putting it into force:
// plan-edit.ts; nor for reading tables: exchange/.
import { basename, join, relative } from 'node:path';
import { isMap, isScalar, visit } from 'yaml';
import type { TablePlan } from '../exchange/plan-from-table.ts';
import { isId, ID_LENGTH } from '../plan/schema.ts';
import { plainDocument } from '../plan/yaml.ts';
import { readSources } from '../planner.ts';
import { inThread, LIMITS } from '../rendering/rendering.ts';
import { languageOf } from '../words/index.ts';
import type { Words } from '../words/index.ts';
import { Refused } from './desk.ts';
import type { Desk } from './desk.ts';

/** A table that was read: the plan of its one year. */
export interface ReadTable extends TablePlan {
  readonly title: string | undefined;
  readonly notes: readonly string[];
}

/** @param year for dates that do not say theirs, and where there are several @throws Refused with every line that cannot be read */
export async function tableOf({ house }: Desk, name: string, bytes: Uint8Array, year: number | undefined, words: Words): Promise<ReadTable> {
  const { config } = house;
  const w = words.table;
  const workdays = (await readSources(config.paths)).filter((file) => basename(file.name) === 'workdays.yaml');
  const answer = await inThread('table', { name, bytes, year, channels: [...config.channels.keys()], workdays, language: languageOf(words) });
  if (!answer.ok) throw new Refused(422, 'table-heavy', w.heavy(LIMITS.ms / 1000), { hint: w.heavyHow });
  const read = answer.value;
  if (!read.ok) throw new Refused(422, 'table', w.unread, { lines: read.lines });
  const [plan, other] = read.plans;
  if (!plan) throw new Refused(422, 'table', w.unread);
  if (other) throw new Refused(422, 'several-years', w.severalYears(read.plans.map((one) => one.year)), { hint: w.severalYearsHow });
  return { ...plan, title: read.title, notes: read.notes };
}

/** The file that a year's plan becomes: the example's, or a new one. @throws Refused where the year has a plan already */
export function fileFor({ house }: Desk, year: number, words: Words): string {
  const { root, plan } = house.config.paths;
  const calendar = house.planner.calendar();
  const there = calendar.plans.find((one) => one.year === year);
  const name = join(relative(root, plan), `${year}.yaml`);
  if (!there) return name;
  if (!there.sample) throw new Refused(409, 'year-there', words.table.yearThere(year), { hint: words.table.yearThereHow });
  return calendar.releases.find((one) => one.where.file.endsWith(`${year}.yaml`))?.where.file ?? name;
}

/** The same plan with other ids for its indicators, also where one leans on another. @throws Refused */
export function withIds(text: string, ids: ReadonlyMap<string, string>, words: Words): string {
  for (const id of ids.values())
    if (!isId(id)) throw new Refused(422, 'id', words.desk.plan.badId(id.slice(0, ID_LENGTH)), { hint: words.desk.plan.badIdHow(ID_LENGTH) });
  const document = plainDocument(text);
  if (!document) throw new Refused(422, 'plan', words.desk.plan.wrong);
  const groups = [document.get('indicators'), document.get('notices')].filter((one) => isMap(one));
  const now = (id: string): string => ids.get(id) ?? id;
  const names = groups.flatMap(({ items }) => items.map(({ key }) => now(String(isScalar(key) ? key.value : key))));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Refused(409, 'id-taken', words.desk.plan.idTaken(twice));
  for (const { items } of groups) for (const { key } of items) if (isScalar(key)) key.value = now(String(key.value));
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && isScalar(value) && ['same-as', 'indicator'].includes(String(key.value))) value.value = now(String(value.value));
    },
  });
  return document.toString({ lineWidth: 0 });
}
