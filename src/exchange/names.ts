// Ids and English names for indicators that a table names in Chinese only. Not for what the public reads: that is the plan's own name.

/** Indicators that most bureaus release: Chinese name, id, English name. */
const KNOWN: readonly (readonly [zh: string, id: string, en: string])[] = [
  ['居民消费价格指数', 'cpi', 'Consumer price index'],
  ['居民消费价格', 'cpi', 'Consumer prices'],
  ['工业生产者价格指数', 'ppi', 'Producer price indices for industrial products'],
  ['工业生产者出厂价格指数', 'ppi', 'Producer price index for industrial products'],
  ['工业生产者价格', 'ppi', 'Producer prices for industrial products'],
  ['采购经理指数', 'pmi', "Purchasing managers' index"],
  ['地区生产总值及三次产业增加值', 'gdp', 'GDP and value added of the three industries'],
  ['地区生产总值', 'gdp', 'Gross domestic product'],
  ['国内生产总值', 'gdp', 'Gross domestic product'],
  ['规模以上工业增加值', 'industry', 'Value added of industrial enterprises above designated size'],
  ['规模以上工业生产', 'industry', 'Industrial production above designated size'],
  ['规模以上工业企业利润', 'industrial-profits', 'Profits of industrial enterprises above designated size'],
  ['工业经济效益', 'industrial-profits', 'Economic results of industrial enterprises'],
  ['固定资产投资', 'investment', 'Investment in fixed assets'],
  ['民间固定资产投资', 'private-investment', 'Private investment in fixed assets'],
  ['房地产开发投资', 'real-estate', 'Investment in real estate development'],
  ['房地产', 'real-estate', 'Real estate'],
  ['商品住宅销售价格', 'house-prices', 'Sales prices of residential buildings'],
  ['社会消费品零售总额', 'retail-sales', 'Total retail sales of consumer goods'],
  ['服务业生产指数', 'services', 'Index of services production'],
  ['规模以上服务业', 'services', 'Services above designated size'],
  ['能源生产', 'energy', 'Energy production'],
  ['全社会用电量', 'electricity', 'Electricity consumption'],
  ['居民人均可支配收入', 'income', 'Per capita disposable income of households'],
  ['居民收入', 'income', 'Household income'],
  ['城镇居民人均可支配收入', 'urban-income', 'Per capita disposable income of urban households'],
  ['农村居民人均可支配收入', 'rural-income', 'Per capita disposable income of rural households'],
  ['城镇调查失业率', 'unemployment', 'Surveyed urban unemployment rate'],
  ['平均工资', 'wages', 'Average wages'],
  ['城镇全部单位就业人员平均工资', 'wages', 'Average wages in urban units'],
  ['人口', 'population', 'Population'],
  ['主要人口统计数据', 'population', 'Main population figures'],
  ['粮食产量', 'grain', 'Grain output'],
  ['夏粮产量', 'summer-grain', 'Summer grain output'],
  ['早稻产量', 'early-rice', 'Early rice output'],
  ['国民经济和社会发展统计公报', 'communique', 'Statistical communiqué on economic and social development'],
  ['统计公报', 'communique', 'Statistical communiqué'],
  ['经济形势新闻发布稿', 'briefing', 'Press release on the economic situation'],
  ['国民经济运行情况', 'briefing', 'National economic performance'],
  ['国民经济主要指标', 'annual-indicators', 'Main economic indicators'],
  ['统计年鉴', 'yearbook', 'Statistical yearbook'],
  ['财政收入', 'fiscal-revenue', 'Fiscal revenue'],
  ['进出口', 'trade', 'Imports and exports'],
];

/** An id for a name, and its English where it is known; ids taken already are passed over. */
export function nameFor(zh: string, taken: ReadonlySet<string>, ordinal: number): { id: string; en: string | undefined } {
  const exact = KNOWN.find(([name]) => name === zh);
  const inside = exact ?? KNOWN.filter(([name]) => zh.includes(name)).sort((a, b) => b[0].length - a[0].length)[0];
  const slug = zh
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  const wanted = inside?.[1] ?? (/[\u4e00-\u9fff]/.test(zh) || slug === '' ? `indicator-${ordinal}` : slug);
  for (let more = 1; ; more++) {
    const id = more === 1 ? wanted : `${wanted}-${more}`;
    if (!taken.has(id)) return { id, en: exact?.[2] };
  }
}
