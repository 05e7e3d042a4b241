// What the desk says of a year's table that is brought to it, in Chinese.

export const zhTable = {
  title: '从日程表新建计划',
  lead: '把公布的年度日程表传上来（Excel、Word、CSV、网页、日历文件），或从表格里复制了粘贴在下面。先看读出了什么，确认以后才生效。',
  file: '日程表文件（.xlsx、.docx、.csv、.html、.ics、.md）',
  pasted: '或者粘贴表格',
  year: '年份（表里没写时填）',
  read: '读表',
  nothing: '请选一个文件，或粘贴表格',
  badYear: '年份请写四位数字，例如 2027',
  heavy: (seconds: number): string => `${seconds} 秒内读不完这个文件`,
  heavyHow: '只留日程表那一张，另存以后再传',
  unread: '表里有读不懂的地方，改好以后再传',
  severalYears: (years: readonly number[]): string => `表里有 ${years.join('、')} 年的日期，一份计划只管一年`,
  severalYearsHow: '请在“年份”里填要哪一年',
  yearThere: (year: number): string => `${year} 年已经有计划了`,
  yearThereHow: '已公布的计划不能整个换掉：要改日期，请在计划里逐个改，或直接编辑 YAML',
  reviewTitle: (year: number): string => `${year} 年日程表：读出了什么`,
  found: (title: string, indicators: number, dates: number, byRule: number): string =>
    `${title ? `《${title}》：` : ''}${indicators} 项指标，${dates} 个日期；其中 ${byRule} 个由规则给出，其余逐个写明。与表核对过，一个不差。`,
  replaces: (file: string): string => `保存以后，换掉 ${file} 里的样例。`,
  becomes: (file: string): string => `保存以后，成为 ${file}。`,
  idsLead: '编号用在网址、稿件文件夹和命令里，公布以后不能再改：现在改成顺口的。',
  columns: ['指标', '编号', '频率', '规则', '合规则', '把握'],
  idOf: (name: string): string => `${name} 的编号`,
  why: (year: number): string => `${year} 年计划，来自日程表`,
};
export type TableWords = typeof zhTable;
