// What is said of a whole year, in English.
import type { Release } from '../../plan/types.ts';
import type { YearsWords } from '../zh/years.ts';
import { enCommon } from './common.ts';
import { enDeskYears } from './desk-years.ts';

const names = (releases: readonly Release[]): string => {
  const all = [...new Set(releases.map((release) => release.name.en ?? release.name.zh))];
  return all.length > 6 ? `${all.slice(0, 6).join(', ')} …` : all.join(', ');
};

export const enYears: YearsWords = {
  desk: enDeskYears,
  badMost: (text) =>
    `"${text}" is wrong: --most takes a positive whole number, for example --most 6`,
  there: (year) => `there is a plan for ${year} already`,
  thereHow: (year) =>
    `to make it again, move its file away first; for the year after, npx banli plan year ${year + 1}`,
  noneHow:
    'a year needs one before it; a first plan comes from npx banli plan new --from-calendar TABLE',
  report: (one) => [
    `Plan ${one.year} by the rules of ${one.from}: ${one.releases} releases${one.provisional > 0 ? `, ${one.provisional} of them provisional (the holidays of ${one.year} are not announced; they settle by themselves)` : ''}.`,
    ...(one.dropped.length > 0
      ? [`${one.dropped.length} exception(s) stayed behind: ${one.dropped.join(', ')}`]
      : []),
    ...(one.notices.length > 0 ? [`notices stayed behind: ${one.notices.join(', ')}`] : []),
    ...(one.kept.length > 0
      ? [`dates that the old plan gave for ${one.year} already, kept: ${one.kept.join(', ')}`]
      : []),
    ...(one.skipped.length > 0
      ? [`skipped periods moved on by a year, please look: ${one.skipped.join(', ')}`]
      : []),
  ],
  inForce: (year, announced, isPublic) =>
    `Note: the plan stands in the folder of plans, so it is in force at once; ${isPublic ? `its day of announcement (announced: ${announced}) is here, so the public sees it at once` : `the public sees it from its day of announcement on (announced: ${announced})`}. To look at it first, move the file away and use npx banli plan year ${year} --out elsewhere.yaml, or --print.`,
  conflicts: (count) => (count === 0 ? 'No conflicts found.' : `Please look at these ${count}:`),
  conflict(one) {
    switch (one.kind) {
      case 'crowded':
        return `${one.date} has ${one.releases.length} releases (more than ${one.most}): ${names(one.releases)}`;
      case 'closed':
        return `${one.date} is no working day${one.holiday ? ` (${one.holiday})` : ''}: ${one.release.name.en ?? one.release.name.zh} (${one.release.id})`;
      case 'quota':
        return `${one.span}${one.limit.per === 'hour' ? ':00' : ''}: ${one.releases.length} for ${enCommon.channel(one.limit.channel)}, which takes ${one.limit.most} a ${one.limit.per}: ${names(one.releases)}`;
      case 'briefings':
        return `two briefings are too close: ${one.first.id} (${one.first.briefing}) and ${one.second.id} (${one.second.briefing})`;
    }
  },
};
