// Made-up texts of the demo, as a bureau writes them: each says that it is an example, and its
// figures come out of thin air. Not for when they are due: demo-plan.ts.

/** What one release says. */
export interface DemoText {
  readonly title: string;
  readonly summary: string;
  readonly body: string;
  /** The table beside the text; none for notices and interpretations. */
  readonly data?: string;
}

/** A figure for each name, between two bounds, the same at every run. */
export type Figures = (name: string, least: number, most: number) => string;

const MADE_UP = '> 本文为颁历演示用的示例，数字不是统计数据。';

/** A table in the text, and the same as CSV. */
function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): { table: string; data: string } {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return {
    table: [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n'),
    data: `\ufeff${[head, ...rows].map((cells) => cells.join(',')).join('\n')}\n`,
  };
}

/** Several items, each with its growth. */
function growths(names: readonly string[], of: Figures, least: number, most: number): string[][] {
  return names.map((name) => [name, of(name, least, most)]);
}

/** What the parts come to together, by their weights. */
function together(parts: readonly (readonly [growth: string, weight: number])[]): string {
  const weight = parts.reduce((sum, [, one]) => sum + one, 0);
  return (parts.reduce((sum, [growth, one]) => sum + Number(growth) * one, 0) / weight).toFixed(1);
}

const CONSUMER = [
  '食品烟酒',
  '衣着',
  '居住',
  '生活用品及服务',
  '交通通信',
  '教育文化娱乐',
  '医疗保健',
  '其他用品及服务',
];
const SECTORS = ['采矿业', '制造业', '电力、热力、燃气及水生产和供应业'];
const INDUSTRIES = ['第一产业', '第二产业', '第三产业'];

type Writer = (period: string, of: Figures, name: string) => DemoText;

const prices: Writer = (period, of) => {
  const rows = growths(CONSUMER, of, 0.1, 2.4);
  const all = together(rows.map(([, growth = '0']) => [growth, 1]));
  const { table, data } = tableOf(['类别', '同比涨幅（%）'], [['居民消费价格', all], ...rows]);
  const [food, , living] = rows;
  return {
    title: `${period}居民消费价格同比上涨${all}%`,
    summary: `${period}，全市居民消费价格同比上涨${all}%（示例）。`,
    body: `${period}，全市居民消费价格同比上涨 **${all}%**。其中，${food?.[0]}类价格上涨${food?.[1]}%，${living?.[0]}类价格上涨${living?.[1]}%。\n\n${table}`,
    data,
  };
};

const producerPrices: Writer = (period, of) => {
  const [out, into] = [of('出厂', 0.1, 1.9), of('购进', 0.1, 1.9)];
  const { table, data } = tableOf(
    ['指标', '同比涨幅（%）'],
    [
      ['工业生产者出厂价格', out],
      ['工业生产者购进价格', into],
    ],
  );
  return {
    title: `${period}工业生产者出厂价格同比上涨${out}%`,
    summary: `${period}，全市工业生产者出厂价格同比上涨${out}%，购进价格上涨${into}%（示例）。`,
    body: `${period}，全市工业生产者出厂价格同比上涨 **${out}%**，工业生产者购进价格同比上涨 **${into}%**。\n\n${table}`,
    data,
  };
};

const industry: Writer = (period, of) => {
  const rows = growths(SECTORS, of, 2, 9);
  const all = together(rows.map(([, growth = '0'], index) => [growth, index === 1 ? 10 : 1]));
  const { table, data } = tableOf(
    ['门类', '增加值同比增长（%）'],
    [['规模以上工业', all], ...rows],
  );
  return {
    title: `${period}规模以上工业增加值增长${all}%`,
    summary: `${period}，全市规模以上工业增加值同比增长${all}%（示例）。`,
    body: `${period}，全市规模以上工业增加值同比增长 **${all}%**（按可比价格计算）。分门类看，${rows.map(([name, growth]) => `${name}增长${growth}%`).join('，')}。\n\n${table}`,
    data,
  };
};

const investment: Writer = (period, of) => {
  const rows = growths(INDUSTRIES, of, 1, 9);
  const all = together(rows.map(([, growth = '0'], index) => [growth, [1, 30, 70][index] ?? 1]));
  const { table, data } = tableOf(['产业', '同比增长（%）'], [['固定资产投资', all], ...rows]);
  return {
    title: `${period}固定资产投资增长${all}%`,
    summary: `${period}，全市固定资产投资（不含农户）同比增长${all}%（示例）。`,
    body: `${period}，全市固定资产投资（不含农户）同比增长 **${all}%**。分产业看，${rows.map(([name, growth]) => `${name}投资增长${growth}%`).join('，')}。\n\n${table}`,
    data,
  };
};

/** Added value and growth of each industry, and of all of them. */
function productOf(of: Figures): { rows: string[][]; all: string } {
  const rows = INDUSTRIES.map((name, index) => {
    const size = [500, 5000, 9000][index] ?? 0;
    return [name, of(`${name}增加值`, size, 1.5 * size), of(name, 2, 8)];
  });
  return { rows, all: together(rows.map(([, value, growth = '0']) => [growth, Number(value)])) };
}

const product: Writer = (period, of) => {
  const { rows, all } = productOf(of);
  const { table, data } = tableOf(['产业', '增加值（亿元）', '同比增长（%）'], rows);
  return {
    title: `${period}地区生产总值增长${all}%`,
    summary: `根据地区生产总值统一核算结果，${period}全市地区生产总值同比增长${all}%（示例）。`,
    body: `根据地区生产总值统一核算结果，${period}，全市地区生产总值同比增长 **${all}%**（按不变价格计算）。分产业看，${rows.map(([name, value, growth]) => `${name}增加值${value}亿元，增长${growth}%`).join('；')}。\n\n${table}`,
    data,
  };
};

const briefing: Writer = (period, of) => {
  const [all, made, bought] = [productOf(of).all, of('工业', 4.5, 8.5), of('零售', 3, 7)];
  const { table, data } = tableOf(
    ['主要指标', '同比增长（%）'],
    [
      ['地区生产总值', all],
      ['规模以上工业增加值', made],
      ['社会消费品零售总额', bought],
    ],
  );
  return {
    title: `${period}全市经济形势新闻发布稿`,
    summary: `${period}，全市经济运行总体平稳，地区生产总值同比增长${all}%（示例）。`,
    body: `各位记者：\n\n现在通报${period}全市经济运行情况。\n\n## 一、生产稳定增长\n\n全市地区生产总值同比增长 **${all}%**，规模以上工业增加值同比增长 **${made}%**。\n\n## 二、消费继续恢复\n\n全市社会消费品零售总额同比增长 **${bought}%**。\n\n## 主要指标\n\n${table}`,
    data,
  };
};

const explained: Writer = (period, of) => ({
  title: `解读：${period}全市经济运行`,
  summary: `${period}经济增长的特点和原因（示例）。`,
  body: `## 怎样看${period}的增长\n\n地区生产总值同比增长${productOf(of).all}%，主要由服务业和制造业带动。\n\n## 需要注意什么\n\n外部环境仍有不确定因素，部分行业经营还有困难。下一步我们将继续做好统计监测。`,
});

const notice: Writer = (_, __, name) => ({
  title: name,
  summary: '统计年报和定期报表的报送时间和方式（示例）。',
  body: '各统计调查对象：\n\n为做好本年度统计年报和下一年定期统计报表工作，现将有关事项公告如下（示例）。\n\n1. 年报由调查单位登录联网直报平台填报；\n2. 定期报表按月、按季报送；\n3. 有疑问请与所在区（市）县统计局联系。',
});

const WRITERS: Readonly<Record<string, Writer>> = {
  cpi: prices,
  ppi: producerPrices,
  industry,
  investment,
  gdp: product,
  briefing,
};

/**
 * The text of a release.
 * @param indicator undefined for a notice
 * @param period as it is read, e.g. `2026年11月`
 */
export function demoText(
  kind: string,
  indicator: string | undefined,
  name: string,
  period: string,
  of: Figures,
): DemoText {
  const write =
    kind === 'notice' ? notice : kind === 'interpretation' ? explained : WRITERS[indicator ?? ''];
  const text = write?.(period, of, name) ?? {
    title: `${period}${name}`,
    summary: `${period}${name}（示例）。`,
    body: `${period}，${name}同比增长 **${of(name, 1, 9)}%**。`,
  };
  return { ...text, body: `${text.body}\n\n${MADE_UP}\n` };
}
