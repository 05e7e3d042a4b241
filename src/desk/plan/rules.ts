// The rules of a plan's indicators as they are written, for the form that changes one. Not for what
// they mean: plan/rules.ts.
import { isMap, isScalar, stringify } from 'yaml';
import type { Messages } from '../../i18n/index.ts';
import type { Plan } from '../../plan/types.ts';
import { plainDocument } from '../../plan/yaml.ts';
import type { Rule } from './pages.ts';
import { type PlanFileText } from './preview.ts';

/** What the plans as read say of an indicator's rule in words; nothing where they are wrong. */
export function rulesInWords(
  plans: readonly Plan[],
  words: Messages,
): (file: string, indicator: string) => string | undefined {
  return (file, indicator) => {
    const plan = plans.find((one) => one.files.includes(file) && one.indicators.has(indicator));
    const own = plan?.indicators.get(indicator);
    if (!plan || !own) return undefined;
    const nameOf = (id: string): string => plan.indicators.get(id)?.name.zh ?? id;
    return words.rules.due(own.due, own.frequency, nameOf);
  };
}

/**
 * Every indicator's rule, in one line. A file with errors gives none: they are told on the page of
 * the plan.
 */
export function rulesOf(
  files: readonly PlanFileText[],
  inWords: ReturnType<typeof rulesInWords>,
): Rule[] {
  return files.flatMap(({ name: file, text }) => {
    const document = plainDocument(text);
    const indicators = isMap(document?.contents)
      ? document.contents.get('indicators', true)
      : undefined;
    if (!isMap(indicators)) return [];
    return indicators.items.flatMap(({ key, value }): Rule[] => {
      const indicator = isScalar(key) ? String(key.value) : '';
      const due: unknown = isMap(value) ? value.toJSON()?.due : undefined;
      if (due === undefined) return [];
      const name: unknown = isMap(value) ? value.getIn(['name', 'zh']) : undefined;
      return [
        {
          file,
          indicator,
          name: String(name ?? indicator),
          due: stringify(due, { collectionStyle: 'flow', lineWidth: 0 })
            .trim()
            .replaceAll(/\bmonth: (\d)/g, 'month: +$1'),
          inWords: inWords(file, indicator),
        },
      ];
    });
  });
}
