// Every sentence that people read, by language. Chinese is the model, English must have all that it has.
import type { Language } from '../plan/types.ts';
import { enPlan } from './en/plan.ts';
import { zhPlan } from './zh/plan.ts';

const zh = { plan: zhPlan };
const en: Words = { plan: enPlan };

export type Words = typeof zh;
export type { PlanWords } from './zh/plan.ts';

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return language === 'en' ? en : zh;
}
