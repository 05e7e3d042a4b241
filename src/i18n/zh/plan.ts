// What is said of a plan file, in Chinese. Not for the plan's own contents.
import type { PlanMessages } from '../../plan/messages.ts';
import type { Expected } from '../../plan/schema.ts';
import type { Frequency, Sentence } from '../../plan/types.ts';
import { zhPromises } from './promises.ts';

const EXPECTED: Readonly<Record<Expected, readonly [expected: string, write: string]>> = {
  id: ['小写字母开头，只含小写字母、数字和连字符，最多 60 个字符', '例如 cpi、retail-sales'],
  date: ['日期，写作 年-月-日', '例如 2026-04-17'],
  color: ['颜色，写作 # 和六位数字或字母', '例如 "#0b3a63"'],
  darker: ['深一些的颜色', '例如 "#0b3a63"'],
  siteAddress: [
    '网站的网址：以 http:// 或 https:// 开头，不带用户名、密码、问号和 #，不超过 300 个字符',
    '例如 https://tjj.example.gov.cn/',
  ],
  url: ['网址，以 http:// 或 https:// 开头', '例如 https://tjj.example.gov.cn/'],
  address: ['邮箱地址', '例如 xxgk@example.gov.cn'],
  secret: ['只写密钥在哪里，不写密钥本身', '例如 { env: BANLI_MAIL_PASSWORD }，再把密钥写进 .env'],
  'email-way': [
    '发信的服务器：kind: email 要先写 mail',
    '例如 mail: { host: smtp.example.gov.cn, … }',
  ],
  'reader-twice': ['每个地址只写一次', '删去重复的这一个'],
  'wordpress-tls': [
    '以 https:// 开头的网址：应用密码不能明文传送',
    '例如 https://news.example.gov.cn/',
  ],
  'weibo-token': [
    'accessToken（已有的令牌），或 app（在工作台“渠道”里授权）',
    '例如 app: { key: "1234567890", secret: { env: BANLI_WEIBO_APP_SECRET } }',
  ],
  days: ['日期，或从哪天到哪天', '例如 2026-04-17，或 2027-10-01..2027-10-07'],
  datetime: ['日期，或日期加时间', '例如 2026-04-17 或 2026-04-17 10:00'],
  time: ['时间，写作 时:分', '例如 "10:00"（要加引号）'],
  origin: ['网站地址，后面不带路径', '例如 https://desk.example.gov.cn'],
  network: ['地址或网段', '例如 10.0.0.5、172.16.0.0/12'],
  duration: ['时长，数字加单位 s、m、h、d', '例如 90s、5m、24h、3d'],
  interpretation: [
    '时长（发布之后多久），或 cancelled（这一期不发解读）',
    '例如 interpretation: 2d',
  ],
  before: ['提前多久：几个工作日 wd、一段时长，或 lead（准备的时候）', '例如 3wd、1d、lead'],
  quiet: ['勿扰时段：从几点到几点', '例如 20:00-08:00'],
  way: ['mail，或 alerts.ways 里写过的名称', '例如 ways: { missed: [mail, group] }'],
  mail: ['这个人的 mail 地址，才能用 mail', '例如 mail: xxgk@example.gov.cn'],
  period: [
    '所属期：月 2026-06、季 2026-Q2、半年 2026-S1、年 2026，合并 2026-01..02',
    '例如 2026-06',
  ],
  'month-day': ['月-日', '例如 03-25'],
  'month-offset': ['0 到 24 的整数：所属期最后一个月之后第几个月', '例如 month: +1'],
  'day-of-month': ['1 到 31，或 last（最后一天）', '例如 day: 10'],
  'working-day': ['1 到 23（从月初数），或 -1 到 -23（从月末数）', '例如 working-day: 12'],
  count: ['正整数', '例如 3'],
  nth: ['1 到 5，或 last', '例如 nth: 2'],
  year: ['四位年份', '例如 2026'],
  text: ['一段文字（不空，300 字以内）', '例如 居民消费价格指数'],
  timezone: ['IANA 时区名', '例如 Asia/Shanghai'],
};
const FREQUENCIES: Readonly<Record<Frequency, string>> = {
  M: '月度（M），写作 2026-06',
  Q: '季度（Q），写作 2026-Q2',
  S: '半年度（S），写作 2026-S1',
  A: '年度（A），写作 2026',
};
const KEYS: Readonly<Record<string, string>> = {
  name: 'name: { zh: 中文名称 }',
  zh: 'zh: 中文名称',
  frequency: 'frequency: M',
  due: 'due: { day: 10, month: +1, if-closed: next }',
  at: 'at: 2026-10-08 09:00',
};
const TOP: Readonly<Record<string, string>> = {
  plan: 'plan: 某市统计局2026年主要统计数据信息发布计划',
  timezone: 'timezone: Asia/Shanghai',
  year: 'year: 2026',
  announced: 'announced: 2025-12-26',
};
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: '不存在',
  EACCES: '没有读取的权限',
  EPERM: '没有读取的权限',
  EISDIR: '这是一个文件夹，不是文件',
  ENOTDIR: '这是一个文件，不是文件夹',
  ELOOP: '链接绕成了圈',
  EFBIG: '文件太大，计划文件不超过 1 MB',
  'not-a-file': '不是普通的文件',
  'not-utf8': '编码不是 UTF-8（记事本的“ANSI”会变成乱码），请用编辑器另存为 UTF-8',
};
const meant = (near: string | undefined): string | undefined =>
  near === undefined ? undefined : `是不是想写 ${near}？`;
const isExpected = (code: string): code is Expected => code in EXPECTED;

export const zhPlan: PlanMessages = {
  ...zhPromises,
  error: '',
  warning: '提醒：',
  aStructure: '一组值',
  summary: (errors: number, warnings: number, releases: number): string =>
    errors > 0
      ? `计划有 ${errors} 处错误，没有生效；请改正后再保存。`
      : `计划没有错误，共 ${releases} 次发布${warnings > 0 ? `；另有 ${warnings} 处提醒` : ''}。`,
  unknownKey: (key: string, known: readonly string[], near: string | undefined): Sentence => ({
    wrong: `不认识的项“${key}”`,
    expected: known.length > 0 ? `这里可以写 ${known.join('、')}` : undefined,
    write: meant(near),
  }),
  missing: (key: string): Sentence => ({
    wrong: `缺少“${key}”`,
    expected: '这一项必须写',
    write: `请加上 ${KEYS[key] ?? `${key}: …`}`,
  }),
  missingTop: (key: string): Sentence => ({
    wrong: `计划缺少“${key}”`,
    expected: '必须写在文件最前面',
    write: `请加上 ${TOP[key] ?? key}`,
  }),
  badDue: (absent: boolean): Sentence => ({
    wrong: absent ? '缺少“due”（发布日规则）' : '“due”的写法不对',
    expected:
      '恰好一种：day、working-day、weekday、days-after、working-days-after、date、same-as、before、after',
    write: '例如 due: { day: 10, month: +1, if-closed: next }',
  }),
  expectedValue: (value: string, code: string): Sentence =>
    isExpected(code)
      ? {
          wrong: code === 'darker' ? `“${value}”太浅了，白字看不清` : `“${value}”不对`,
          expected: `应为${EXPECTED[code][0]}`,
          write: EXPECTED[code][1],
        }
      : { wrong: `“${value}”不对`, expected: '这里不能这样写' },
  oneOf: (value: string, allowed: readonly string[], near: string | undefined): Sentence => ({
    wrong: `“${value}”不对`,
    expected: `只能是 ${allowed.join('、')}`,
    write: meant(near),
  }),
  yaml: (code: string, detail: string): Sentence => ({
    wrong: code === 'DUPLICATE_KEY' ? '同一项写了两次' : `YAML 格式有误（${code}）`,
    expected: code === 'DUPLICATE_KEY' ? '每一项只写一次' : '缩进用空格并对齐，冒号后加空格',
    write: code === 'DUPLICATE_KEY' ? '请删去其中一个' : detail,
  }),
  wideColon: {
    wrong: '这里用了全角冒号“：”',
    expected: '半角冒号加一个空格',
    write: '请改成“: ”，例如 language: zh',
  } as Sentence,
  noAliases: {
    wrong: 'YAML 别名（*）不可用',
    expected: '每处都直接写出',
    write: '请把内容原样写在这里',
  } as Sentence,
  tooLong: (seconds: number): Sentence => ({
    wrong: `${seconds} 秒内读不完这些文件`,
    expected: '更短或写法更简单的文件',
    write: '请分成几个文件，或先删去一部分',
  }),
  tooLarge: (limit: number): Sentence => ({
    wrong: '文件太大',
    expected: `不超过 ${limit / 1e6} MB`,
    write: '请分成几个文件',
  }),
  tooManyIndicators: (count: number, limit: number): Sentence => ({
    wrong: `指标 ${count} 个，太多`,
    expected: `一份计划不超过 ${limit} 个`,
  }),
  tooManyReleases: (count: number, limit: number): Sentence => ({
    wrong: `发布 ${count} 次，太多`,
    expected: `不超过 ${limit} 次`,
  }),
  saidTwice: (key: string, file: string): Sentence => ({
    wrong: `“${key}”与 ${file} 里写的不同`,
    expected: '同一年的文件只写一次',
    write: '请删去其中一个',
  }),
  idTwice: (id: string, file: string): Sentence => ({
    wrong: `“${id}”已经在 ${file} 里用过`,
    expected: '每个名称只用一次',
    write: '请换一个名称，或删去其中一个',
  }),
  formerlyTaken: (old: string, other: string): Sentence => ({
    wrong: `formerly 里的“${old}”在同一年的计划里${old === other ? '还是一个指标' : `也写在 ${other} 下`}`,
    expected: '往年计划用过、今年不再用的指标名称，每个只写一次',
    write: '公布后的指标要改名，从下一年的计划起改：新名称下写 formerly: [原名称]',
  }),
  releaseTwice: (id: string, file: string): Sentence => ({
    wrong: `发布 ${id} 已经出现在 ${file}`,
    expected: '同一发布只属于一年的计划',
    write: '请删去其中一个日期',
  }),
  unknownChannel: (name: string, known: readonly string[], near: string | undefined): Sentence => ({
    wrong: `没有名为“${name}”的渠道`,
    expected: `config/banli.yaml 里有 ${known.join('、')}`,
    write: `${meant(near) ?? ''}可以改成其中之一，或删去 channels 这一项（不写就是全部渠道）；要用新的渠道，请先写进 config/banli.yaml 的 channels`,
  }),
  channelTwice: (name: string): Sentence => ({
    wrong: `渠道“${name}”写了两次`,
    write: '请删去一个',
  }),
  unknownIndicator: (id: string, near: string | undefined): Sentence => ({
    wrong: `没有名为“${id}”的指标`,
    expected: 'indicators 下的一个指标',
    write: meant(near),
  }),
  circular: (id: string, other: string): Sentence => ({
    wrong: `“${id}”与“${other}”互相引用，算不出日期`,
    expected: '至少有一个按日历规则',
    write: '请给其中一个写 day 或 working-day',
  }),
  noSuchDay: (day: string): Sentence => ({
    wrong: `日历上没有 ${day} 这一天`,
    expected: EXPECTED.date[0],
    write: EXPECTED.date[1],
  }),
  reasonMissing: (key: 'was' | 'cancelled' | 'immediate' | 'interpretation'): Sentence => ({
    wrong: `${{ was: '改了日期', cancelled: '取消发布', immediate: '要立即公开', interpretation: '改了解读' }[key]}，没有写原因`,
    expected: '公众会看到原因，必须写',
    write: '请加上 reason: 原因',
  }),
  notCombined: (text: string): Sentence => ({
    wrong: `“${text}”不是合并的所属期`,
    expected: '写作 起..止',
    write: '例如 2026-01..02',
  }),
  periodFrequency: (text: string, frequency: Frequency): Sentence => ({
    wrong: `所属期“${text}”与频率不符`,
    expected: `这个指标是${FREQUENCIES[frequency]}`,
  }),
  noDayOfOther: (id: string, period: string): Sentence => ({
    wrong: `算不出 ${id} 在 ${period} 的日期`,
    expected: '所引用的指标在同一时期有发布',
    write: '请在 dates 里直接写出日期',
  }),
  outsideYear: (what: string, date: string, year: number): Sentence => ({
    wrong: `${what} 的日期 ${date} 不在 ${year} 年`,
    expected: '计划只管当年到期的发布',
    write: `它会列入 ${date.slice(0, 4)} 年的计划，此处不生效`,
  }),
  dateOfCombined: (period: string, whole: string): Sentence => ({
    wrong: `${period} 已并入 ${whole}，没有单独的发布`,
    write: `请写 ${whole}: 日期`,
  }),
  dateOfSkipped: (period: string): Sentence => ({
    wrong: `${period} 在 skip 里，不发布`,
    write: '请从 skip 或 dates 里删去它',
  }),
  dateOfNoPeriod: (period: string, year: number): Sentence => ({
    wrong: `${period} 的发布不属于 ${year} 年的计划，这一行不起作用`,
    write: '请核对所属期，或删去',
  }),
  unclearTime: (
    time: string,
    kind: 'skipped' | 'repeated',
    readings: readonly [string, string],
  ): Sentence => ({
    wrong: kind === 'skipped' ? `${time} 因时钟调整并不存在` : `${time} 因时钟调整出现两次`,
    expected: `两种理解：${readings[0]} 或 ${readings[1]}`,
    write: '请改用另一个时间',
  }),
  wasIsSame: {
    wrong: 'was 与新的时间相同',
    expected: 'was 是原来公布的时间',
    write: '请改正，或删去 was',
  } as Sentence,
  expectedTooEarly: {
    wrong: 'expected 不晚于发布时间',
    expected: 'expected 是迟发时预计的时间，晚于原定的发布时间',
    write: '请改正；不再迟发的，请删去 expected',
  } as Sentence,
  noInterpretation: {
    wrong: '这个指标没有解读（interpretation）',
    write: '请删去这里的 interpretation',
  } as Sentence,
  idTooLong: (length: number, most: number): Sentence => ({
    wrong: `编号有 ${length} 个字符，太长`,
    expected: `最多 ${most} 个字符：编号会用作网址和文件名`,
    write: '请换一个短的编号；名称写在 name 里，不限于此',
  }),
  halfArchived: (file: string): Sentence => ({
    wrong: `同一年的计划，这个文件与 ${file} 一个归档了，一个没有`,
    expected: '一年的文件一起归档',
    write: '请都移到 archive 文件夹里（或都写 archived: true），或都不归档',
  }),
  unshowable: (name: string): Sentence => ({
    wrong: `文字里有看不见的字符（${name}），网页和邮件显示不了`,
    write: '请删去重新输入，不要从别处粘贴',
  }),
  tooDeep: {
    wrong: '括号或缩进嵌套得太深，读不了',
    expected: '计划只有几层',
    write: '请照 banli plan show 的样子重写这一处',
  } as Sentence,
  moreProblems: (count: number): Sentence => ({
    wrong: `还有 ${count} 处以上的错误没有列出`,
    write: '请先改正上面的',
  }),
  unreadable: (what: 'folder' | 'file', code: string): Sentence => ({
    wrong: `读不了这个${what === 'folder' ? '计划目录' : '文件'}：${UNREADABLE[code] ?? code}`,
    expected: what === 'folder' ? '一个放着 年份.yaml 的目录' : '一个可以读的文本文件',
    write:
      code === 'ENOENT' && what === 'folder'
        ? '请建立这个目录，在其中放一份 年份.yaml 的计划'
        : '请检查它的权限和种类；在它读得了以前，继续执行原来的计划',
  }),
  publishedFixed: (id: string, day: string): Sentence => ({
    wrong: `${id} 已于 ${day} 发布，不能再改期、取消或删除`,
    expected: '已公开的只能更正或撤回；撤回后要再发，请另立一项公告',
    write: '请恢复原来的日期',
  }),
  movedWithoutWords: (
    id: string,
    was: string,
    now: string,
    wasWrong: boolean,
    place: { period: string | undefined },
  ): Sentence => ({
    wrong: `${id} 已公布的时间 ${was} 改成了 ${now}，${wasWrong ? 'was 与公布的时间不符' : '没有说明原时间和原因'}`,
    expected: '改动已公布的时间必须写 was（原时间）和 reason（原因）',
    write: place.period
      ? `请在 dates 下写 ${place.period}: { at: ${now}, was: ${was}, reason: 原因 }`
      : `请加上 was: ${was} 和 reason: 原因`,
  }),
  removedWithoutWords: (
    id: string,
    was: string,
    place: { period: string | undefined },
  ): Sentence => ({
    wrong: `${id} 已公布于 ${was} 发布，现在计划里没有了`,
    expected: '取消已公布的发布必须写明原因',
    write: place.period
      ? `请在 dates 下写 ${place.period}: { cancelled: true, reason: 原因 }`
      : '请保留它，并写 cancelled: true 和 reason: 原因',
  }),
};
