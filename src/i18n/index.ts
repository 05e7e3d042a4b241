// Every sentence that people read, by language. Chinese is the model, English must have all that it
// has.
import type { Language } from '../plan/types.ts';
import { enActs } from './en/acts.ts';
import { enAmend } from './en/amend.ts';
import { enAnnounce } from './en/announce.ts';
import { enArchive } from './en/archive.ts';
import { enChanges } from './en/changes.ts';
import { enCli } from './en/cli.ts';
import { enClosing } from './en/closing.ts';
import { enCommon } from './en/common.ts';
import { enDesk } from './en/desk.ts';
import { enHelp } from './en/help.ts';
import { enLetters } from './en/letters.ts';
import { enManual } from './en/manual.ts';
import { enPlan } from './en/plan.ts';
import { enRehearsal } from './en/rehearsal.ts';
import { enRules } from './en/rules.ts';
import { enSettings } from './en/settings.ts';
import { enSite } from './en/site.ts';
import { enTable } from './en/table.ts';
import { enTables } from './en/tables.ts';
import { enYears } from './en/years.ts';
import { COMMAND, howItRuns } from './environment.ts';
import { asTypedHere } from './typed-here.ts';
import { zhActs } from './zh/acts.ts';
import { zhAmend } from './zh/amend.ts';
import { zhAnnounce } from './zh/announce.ts';
import { zhArchive } from './zh/archive.ts';
import { zhChanges } from './zh/changes.ts';
import { zhCli } from './zh/cli.ts';
import { zhClosing } from './zh/closing.ts';
import { zhCommon } from './zh/common.ts';
import { zhDesk } from './zh/desk.ts';
import { zhHelp } from './zh/help.ts';
import { zhLetters } from './zh/letters.ts';
import { zhManual } from './zh/manual.ts';
import { zhPlan } from './zh/plan.ts';
import { zhRehearsal } from './zh/rehearsal.ts';
import { zhRules } from './zh/rules.ts';
import { zhSettings } from './zh/settings.ts';
import { zhSite } from './zh/site.ts';
import { zhTable } from './zh/table.ts';
import { zhTables } from './zh/tables.ts';
import { zhYears } from './zh/years.ts';

const zh = {
  ...zhCommon,
  letters: zhLetters,
  manual: zhManual,
  acts: zhActs,
  desk: zhDesk,
  amend: zhAmend,
  plan: zhPlan,
  site: zhSite,
  cli: zhCli,
  help: zhHelp,
  table: zhTable,
  rules: zhRules,
  tables: zhTables,
  changes: zhChanges,
  announce: zhAnnounce,
  closing: zhClosing,
  years: zhYears,
  rehearsal: zhRehearsal,
  archive: zhArchive,
  settings: zhSettings,
};
const en: Messages = {
  ...enCommon,
  letters: enLetters,
  manual: enManual,
  acts: enActs,
  desk: enDesk,
  amend: enAmend,
  plan: enPlan,
  site: enSite,
  cli: enCli,
  help: enHelp,
  table: enTable,
  rules: enRules,
  tables: enTables,
  changes: enChanges,
  announce: enAnnounce,
  closing: enClosing,
  years: enYears,
  rehearsal: enRehearsal,
  archive: enArchive,
  settings: enSettings,
};

export type Messages = typeof zh;
export type { ChangeWords } from './zh/changes.ts';
export type { Next } from './zh/letters.ts';
export type { SiteWords } from './zh/site.ts';

const here = COMMAND[howItRuns(process.env)];
const ALL: Readonly<Record<Language, Messages>> = {
  zh: asTypedHere(zh, here),
  en: asTypedHere(en, here),
};

/** The words of a language; the commands in them are as they are typed on this machine. */
export function messagesFor(language: Language): Messages {
  return ALL[language];
}

/** The language of some words. */
export function languageIn({ lang }: Pick<Messages, 'lang'>): Language {
  return lang.startsWith('en') ? 'en' : 'zh';
}
