// What `banli plan announce` says, and the notice that it writes, in Chinese.

export interface AnnouncementText {
  readonly name: string;
  readonly year: number;
  /** `YYYY-MM-DD`. */
  readonly on: string;
  readonly title: string;
  /** Markdown. */
  readonly table: string;
  readonly files: readonly string[];
}

/** A title that stands within another: 《…〈…〉…》. */
const within = (name: string): string => name.replaceAll('《', '〈').replaceAll('》', '〉');

export const zhAnnounce = {
  noneHow: (year: number): string =>
    `先运行 npx banli plan year ${year}，或 npx banli plan new --from-calendar 日程表.xlsx --out config/plan/${year}.yaml`,
  past: (on: string): string => `${on} 已经过去，不能定为公布日`,
  dayOff: (on: string, weekday: string, name: string | undefined): string =>
    `请注意：${on} 是${weekday}${name === undefined ? '' : `（${name}）`}，不上班。`,
  unknownBefore: (on: string, count: number): string =>
    `请注意：有 ${count} 次发布排在公布日 ${on} 以前，到它们发布的时候公众还不知道日期。一般在新的一年开始以前公布。`,
  dayOffHow: '要换一天，请用 --on；年度日程表里会写着这一天。',
  sample: (year: number): string => `${year} 年的计划还是样例（sample: true），不能公布`,
  tooNear: (due: string): string => `公告排在 ${due}，不到提前准备的时间`,
  already: (year: number): string => `${year} 年的计划已经公布过，或已经排好了公布的公告`,
  alreadyHow: (id: string): string =>
    `见 npx banli status ${id}；要改日子，请在计划里改这份公告和 announced`,
  errorsHow:
    '什么也没有改。公布日太近的（不到提前准备的时间），请用 --on 选一个晚些的日子，例如三天以后。',
  notice: (title: string, year: number): string =>
    title.includes(String(year))
      ? `关于公布《${title}》的公告`
      : `关于公布${year}年统计信息发布计划的公告`,
  would: (year: number, on: string, name: string, due: string): string =>
    `会这样做：${year} 年的计划从 ${on} 起对外公开；${due} 发布公告《${within(name)}》，正文和附件是年度日程表；另存 xlsx、docx（有 LibreOffice 时还有 pdf）供印发。什么也没有改。`,
  done: (year: number, on: string, name: string, due: string): string =>
    `${year} 年的计划从 ${on} 起对外公开；公告《${within(name)}》排在 ${due} 发布，稿件已写好，发布前可以在工作台“稿件”里修改。`,
  /** Of the year's table, without what says its kind. */
  file: (year: number): string => `${year}年统计信息发布日程表`,
  noPdf:
    '没有做 pdf：这台机器没有 LibreOffice（apt install libreoffice-writer）；也可以打开 docx 另存。',
  text: ({ name, year, on, title, table, files }: AnnouncementText): string => {
    const [y, m, d] = on.split('-').map(Number);
    return `---
title: ${JSON.stringify(name)}
summary: ${JSON.stringify(`${year}年主要统计数据的发布日期和时间，自${y}年${m}月${d}日起公布。`)}
---

现将《${title}》公布如下。发布日期如有调整，将提前公告并说明原因。

${table}

附件：${files.map((file) => `[${file}](${file})`).join('、')}
`;
  },
};
export type AnnounceWords = typeof zhAnnounce;
