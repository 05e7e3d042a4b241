// The rules of a plan's indicators as they are written, for the form that changes one. Not for what they mean: plan/rules.ts.
import { isMap, isScalar, parseDocument, stringify } from 'yaml';
import type { Rule } from './pages/plan.ts';
import type { PlanFile } from './plan-edit.ts';

/** Every indicator's rule, in one line. */
export function rulesOf(files: readonly PlanFile[]): Rule[] {
  return files.flatMap(({ name: file, text }) => {
    const indicators = parseDocument(text).get('indicators', true);
    if (!isMap(indicators)) return [];
    return indicators.items.flatMap(({ key, value }): Rule[] => {
      const indicator = isScalar(key) ? String(key.value) : '';
      const due: unknown = isMap(value) ? value.toJSON().due : undefined;
      if (due === undefined) return [];
      const name: unknown = isMap(value) ? value.getIn(['name', 'zh']) : undefined;
      return [{ file, indicator, name: String(name ?? indicator), due: stringify(due, { collectionStyle: 'flow', lineWidth: 0 }).trim() }];
    });
  });
}
