// Ids and English names for indicators that a table names in Chinese only. Not for what the public
// reads: that is the plan's own name.

import { pinyin } from 'pinyin-pro';

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
  [
    '规模以上工业企业利润',
    'industrial-profits',
    'Profits of industrial enterprises above designated size',
  ],
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
  [
    '国民经济和社会发展统计公报',
    'communique',
    'Statistical communiqué on economic and social development',
  ],
  ['统计公报', 'communique', 'Statistical communiqué'],
  ['经济形势新闻发布稿', 'briefing', 'Press release on the economic situation'],
  ['国民经济运行情况', 'briefing', 'National economic performance'],
  ['国民经济主要指标', 'annual-indicators', 'Main economic indicators'],
  ['统计年鉴', 'yearbook', 'Statistical yearbook'],
  ['财政收入', 'fiscal-revenue', 'Fiscal revenue'],
  ['进出口', 'trade', 'Imports and exports'],
  ['城镇单位就业人员平均工资', 'wages', 'Average wages in urban units'],
  ['城镇登记失业率', 'registered-unemployment', 'Registered urban unemployment rate'],
  ['就业人员', 'employment', 'Employment'],
  ['居民消费价格总水平', 'cpi', 'Consumer price level'],
  ['商品零售价格指数', 'retail-prices', 'Retail price index'],
  ['农产品生产者价格', 'farm-prices', 'Producer prices of farm products'],
  ['农业生产资料价格', 'farm-inputs', 'Prices of means of agricultural production'],
  [
    '流通领域重要生产资料市场价格',
    'market-prices',
    'Market prices of important means of production',
  ],
  ['工业生产者购进价格指数', 'purchase-prices', 'Purchasing price index for industrial producers'],
  ['固定资产投资价格指数', 'investment-prices', 'Price index for investment in fixed assets'],
  ['制造业采购经理指数', 'pmi', 'Manufacturing purchasing managers’ index'],
  ['非制造业商务活动指数', 'business-activity', 'Non-manufacturing business activity index'],
  ['工业增加值', 'industry', 'Value added of industry'],
  ['工业总产值', 'industrial-output', 'Gross industrial output value'],
  ['工业产品产量', 'industrial-products', 'Output of industrial products'],
  ['工业产能利用率', 'capacity-use', 'Industrial capacity utilization rate'],
  [
    '规模以上工业综合能源消费量',
    'energy-use',
    'Energy consumption of industrial enterprises above designated size',
  ],
  ['综合能源消费量', 'energy-use', 'Energy consumption'],
  ['单位GDP能耗', 'energy-intensity', 'Energy consumption per unit of GDP'],
  ['建筑业总产值', 'construction', 'Gross output value of construction'],
  ['建筑业', 'construction', 'Construction'],
  ['商品房销售面积', 'house-sales', 'Floor space of commercial buildings sold'],
  ['商品房销售', 'house-sales', 'Sales of commercial buildings'],
  ['工业投资', 'industrial-investment', 'Industrial investment'],
  ['基础设施投资', 'infrastructure', 'Investment in infrastructure'],
  ['限额以上批发和零售业', 'wholesale-retail', 'Wholesale and retail trade above designated size'],
  ['批发和零售业', 'wholesale-retail', 'Wholesale and retail trade'],
  ['住宿和餐饮业', 'hotels-catering', 'Hotels and catering services'],
  ['网上零售额', 'online-retail', 'Online retail sales'],
  ['服务业增加值', 'services-value-added', 'Value added of services'],
  [
    '农林牧渔业总产值',
    'agriculture',
    'Gross output value of farming, forestry, animal husbandry and fishery',
  ],
  ['农林牧渔业', 'agriculture', 'Farming, forestry, animal husbandry and fishery'],
  ['畜牧业', 'livestock', 'Animal husbandry'],
  ['生猪', 'pigs', 'Pigs'],
  ['猪牛羊禽', 'livestock', 'Pigs, cattle, sheep and poultry'],
  ['秋粮产量', 'autumn-grain', 'Autumn grain output'],
  ['棉花产量', 'cotton', 'Cotton output'],
  ['油料产量', 'oil-crops', 'Output of oil-bearing crops'],
  ['蔬菜', 'vegetables', 'Vegetables'],
  ['一般公共预算收入', 'budget-revenue', 'General public budget revenue'],
  ['一般公共预算支出', 'budget-spending', 'General public budget expenditure'],
  ['财政支出', 'fiscal-spending', 'Fiscal expenditure'],
  ['税收', 'taxes', 'Taxes'],
  ['金融机构存贷款余额', 'deposits-loans', 'Deposits and loans of financial institutions'],
  ['存贷款', 'deposits-loans', 'Deposits and loans'],
  ['外贸进出口', 'trade', 'Foreign trade'],
  ['实际利用外资', 'foreign-investment', 'Foreign capital actually used'],
  ['利用外资', 'foreign-investment', 'Foreign capital used'],
  ['旅游', 'tourism', 'Tourism'],
  ['交通运输', 'transport', 'Transport'],
  ['货运量', 'freight', 'Freight traffic'],
  ['客运量', 'passengers', 'Passenger traffic'],
  ['邮政业务', 'post', 'Postal services'],
  ['电信业务', 'telecom', 'Telecommunications'],
  ['快递', 'express', 'Express delivery'],
  ['研究与试验发展', 'research', 'Research and experimental development'],
  ['研发经费', 'research', 'Expenditure on R&D'],
  ['科技经费', 'research', 'Expenditure on science and technology'],
  ['文化及相关产业', 'culture', 'Culture and related industries'],
  ['数字经济', 'digital-economy', 'Digital economy'],
  ['新动能', 'new-drivers', 'New growth drivers'],
  ['战略性新兴产业', 'emerging-industries', 'Strategic emerging industries'],
  ['高技术产业', 'high-tech', 'High-tech industries'],
  ['民营经济', 'private-economy', 'Private economy'],
  ['中小微企业', 'small-firms', 'Small and micro firms'],
  ['常住人口', 'population', 'Permanent population'],
  ['人口普查', 'census', 'Population census'],
  ['经济普查', 'economic-census', 'Economic census'],
  ['农业普查', 'agricultural-census', 'Agricultural census'],
  ['1%人口抽样调查', 'population-survey', '1% population sample survey'],
  ['生态环境', 'environment', 'Environment'],
  ['空气质量', 'air-quality', 'Air quality'],
  ['社会保障', 'social-security', 'Social security'],
  ['教育', 'education', 'Education'],
  ['卫生', 'health', 'Health'],
  ['全市主要经济指标', 'main-indicators', 'Main economic indicators'],
  ['主要经济指标', 'main-indicators', 'Main economic indicators'],
  ['县域经济', 'counties', 'County economies'],
  ['区（市）县主要经济指标', 'district-indicators', 'Main indicators of districts and counties'],
  ['统计月报', 'monthly-report', 'Monthly statistical report'],
  ['统计提要', 'abstract', 'Statistical abstract'],
  ['环境统计公报', 'environment-bulletin', 'Environmental statistics bulletin'],
  ['妇女儿童发展', 'women-children', 'Development of women and children'],
];

/** What says little about an indicator, and would make its id long. */
const FILLERS = /全市|全省|全国|规模以上|限额以上|主要|统计数据|数据|情况|\d{4}年/g;
/** As many whole syllables as fit make its id, characters: it is typed, and stands in addresses. */
const SOUND_LENGTH = 24;

/** A Chinese name by its sound: 建筑业产值 is `jian-zhu-ye-chan-zhi`. */
function soundOf(zh: string): string {
  const short = zh.replace(FILLERS, '') || zh;
  const syllables = pinyin(short, {
    toneType: 'none',
    type: 'array',
    nonZh: 'consecutive',
    v: true,
  });
  const sounds = syllables.flatMap((one) => one.toLowerCase().match(/[a-z0-9]+/g) ?? []);
  const start = sounds.findIndex((one) => /^[a-z]/.test(one));
  return (start < 0 ? [] : sounds.slice(start)).reduce((id, one) => {
    const longer = id === '' ? one.slice(0, SOUND_LENGTH) : `${id}-${one}`;
    return longer.length > SOUND_LENGTH ? id : longer;
  }, '');
}

/** An id for a name, and its English where it is known; ids taken already are passed over. */
export function nameFor(
  zh: string,
  taken: ReadonlySet<string>,
): { id: string; en: string | undefined } {
  const exact = KNOWN.find(([name]) => name === zh);
  const inside =
    exact ??
    KNOWN.filter(([name]) => zh.includes(name)).sort((a, b) => b[0].length - a[0].length)[0];
  const slug = zh
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  const wanted = inside?.[1] ?? ((/[\u4e00-\u9fff]/.test(zh) ? soundOf(zh) : slug) || 'indicator');
  for (let more = 1; ; more++) {
    const id = more === 1 ? wanted : `${wanted}-${more}`;
    if (!taken.has(id)) return { id, en: exact?.[2] };
  }
}
