// What letters to operators say, in Chinese: incidents, the week ahead, the month's look back. Not
// for reasons and channels: common.ts.

/** What Banli will do by itself about something that stands still. */
export type Next =
  | 'waits-for-content'
  | 'waits-for-approval'
  | 'tries-again'
  | 'looks'
  | 'looks-later'
  | 'follows-website'
  | 'nothing'
  | 'done'
  /** A person must say whether it is public. */
  | 'asks'
  | 'take-down'
  | 'put-back'
  | 'look-into';

const NEXT: Readonly<Record<Next, string>> = {
  done: '已经公开，您不需要做什么。',
  'waits-for-content': '颁历会等稿件，一放好就准备；在补发时限内会立即发布。',
  'waits-for-approval': '颁历会等审批，审批齐了就准备。',
  'tries-again': '颁历会自动再试，直到补发时限。',
  looks: '颁历正在向渠道核实，核实之前不会重发。',
  'looks-later': '已经发出，您不需要再发；到时颁历会自动去查，也可以现在到渠道上看一眼。',
  'follows-website': '网站发布后，颁历会自动接着发。',
  nothing: '颁历不会自动再发，等您处理。',
  asks: '在您确认之前，颁历不会再发，以免发两次。',
  'take-down': '请马上到渠道上把它撤下。',
  'put-back': '请在计划里把它放回去；确实要改期或取消的，写明原日期（was）和原因（reason）。',
  'look-into': '颁历没有找到原因，请查看它的状态。',
};
const SPANS: Readonly<Record<string, string>> = { hour: '一小时', day: '一天', month: '一个月' };

export const zhLetters = {
  missedHead: (title: string, id: string): string => `未按时发布：${title}（${id}）`,
  lateHead: (title: string, id: string): string => `晚发布：${title}（${id}），现已公开`,
  riskHead: (title: string, id: string): string => `可能误期：${title}（${id}）`,
  sentHead: (title: string, id: string): string => `已发出，暂时无法核实：${title}（${id}）`,
  sentMany: (title: string, count: number): string =>
    `已发出，暂时无法核实：${title}等 ${count} 项`,
  missedMany: (title: string, count: number, where: string | undefined): string =>
    `未按时发布：${title}等 ${count} 项${where ? `（${where}）` : ''}`,
  lateMany: (title: string, count: number): string => `晚发布：${title}等 ${count} 项，现已公开`,
  riskMany: (title: string, count: number, where: string | undefined): string =>
    `可能误期：${title}等 ${count} 项${where ? `（${where}）` : ''}`,
  earlyHead: (title: string, id: string): string => `提前公开：${title}（${id}），发布时间还没到`,
  earlyMany: (title: string, count: number): string =>
    `提前公开：${title}等 ${count} 项，发布时间还没到`,
  earlyReason: '提前公开',
  goneHead: (title: string, id: string): string => `已公布的发布从计划里消失：${title}（${id}）`,
  goneMany: (title: string, count: number): string =>
    `已公布的发布从计划里消失：${title}等 ${count} 项`,
  vanishedHead: (title: string, id: string): string => `公开后又看不到了：${title}（${id}）`,
  vanishedMany: (title: string, count: number): string =>
    `公开后又看不到了：${title}等 ${count} 项`,
  atRisk: (line: string): string => `${line}（还没到期，可能误期）`,
  settleHow:
    '请先到渠道上看它公开了没有，再到工作台这次发布的页面上说明：已公开，或没有公开（颁历会随即补发）。',
  rebornHead: (how: string): string =>
    how === 'restored'
      ? '台账是从备份恢复的'
      : how === 'rolled-back'
        ? '台账退回到了较早的样子'
        : '台账是新建的',
  rebornFact: (count: number): string =>
    count === 0
      ? '在此之前没有到期的，您不需要做什么。'
      : `在此之前到期的有 ${count} 项，颁历不知道它们公开了没有。颁历只去渠道上查，不会自动再发；查得到的照常记下，查不到的列在下面，等您确认。`,
  rebornNotice: (count: number): string =>
    count === 0
      ? '台账是空的，颁历正按计划重新建立它；在此之前到期的，只去渠道上查，不会自动再发。'
      : `在此之前到期的有 ${count} 项，颁历不知道它们公开了没有。颁历只去渠道上查，不会自动再发；查得到的照常记下，查不到的会另外写信请您确认。`,
  rebornName: '台账',
  engineHead: (span: string): string => `颁历停顿了 ${span}`,
  engineFact: (host: string, during: string): string =>
    `${host} 上的发布进程有一段时间什么也没有做，这期间到点的发布会晚。${during ? `当时正在：${during}。` : ''}常见原因是机器太忙、内存不足或被挂起。`,
  engineName: '发布进程的停顿',
  overHead: (title: string): string => `已解决：${title}`,
  escalatedHead: (head: string): string => `【尚无人回应】${head}`,
  escalatedFact: (span: string, before: string): string =>
    `这件事 ${span}前已告知 ${before}，至今没有人回应，所以也告诉您。`,
  planHead: '发布计划有误，没有生效',
  planName: '发布计划',
  planFact: '改动没有生效，原来的计划照常执行。在工作台的“计划”里改正后保存就生效。错在：',
  several: (count: number, over: boolean): string =>
    over ? `${count} 件事已解决` : `${count} 件事需要处理`,
  andMore: (count: number): string => `……另有 ${count} 项`,
  what: (name: string): string => `事项：${name}`,
  due: (due: string): string => `应发布时间：${due}`,
  late: (span: string): string => `已晚：${span}`,
  left: (span: string): string => `距发布还有：${span}`,
  part: (channels: readonly string[], why: string): string => `${channels.join('、')}：${why}`,
  release: (name: string, due: string, part: string): string => `${name}，${due}，${part}`,
  named: (name: string, id: string): string => `${name}（${id}）`,
  next: (next: Next): string => NEXT[next],
  channelHead: (channel: string, why: string): string => `${channel}需要处理：${why}`,
  channelFact: '现在还没有发布受影响；不处理的话，下一次发布可能误期。',
  tokenEnds: (at: string): string => `授权 ${at} 到期，早于两周内最后一次发布`,
  tokenHow: '请重新授权，并更新配置里的密钥；颁历每十分钟再看一次。',
  clockHead: (host: string): string => `时钟不准：${host}`,
  clockFact: (span: string, behind: boolean): string =>
    `这台机器的时钟与 Redis 的时钟相差 ${span}（${behind ? '慢' : '快'}）。颁历等两个时钟都到点才发布，所以不会提前，但会晚。`,
  clockHow: '请在这台机器上启用时间同步（例如 timedatectl set-ntp true）。',
  clockName: (host: string): string => `${host} 的时钟`,
  quotaHead: (channel: string, span: string, count: number): string =>
    `${channel}的次数不够：${span} 计划发 ${count} 次`,
  quotaFact: (channel: string, per: string, most: number): string =>
    `${channel}${SPANS[per] ?? per}最多 ${most} 次。多出的那些到时会被拒绝，请改计划：换个日子，或不发这个渠道。`,
  quotaName: (channel: string, span: string): string => `${channel} ${span} 的次数`,
  planEndsHead: (last: string, next: string): string =>
    `${last} 年的计划快到头了，还没有 ${next} 年的`,
  planEndsFact:
    '没有下一年的计划，明年的发布就没有日期，也没有人会被提醒。请在工作台“计划”里上传下一年的日程表，或请同事按今年的规则先编一份。',
  planEndsName: (next: string): string => `${next} 年的计划`,
  mailHead: (way: string): string => `通知发不出去：${way}`,
  mailFact: (error: string): string => `颁历会一直再试，一封也不丢。对方的回答：${error}`,
  refusedHead: (address: string): string => `收件地址被拒收：${address}`,
  refusedFact: (error: string): string =>
    `其他地址照常收到；这个地址颁历每小时再试一次。请核对地址。对方的回答：${error}`,
  serviceHead: (hung: boolean): string => (hung ? '颁历的服务没有反应' : '颁历的服务没有在运行'),
  serviceFact: (span: string): string =>
    `看门狗已有 ${span}没有看到它的心跳。在它恢复之前，不会有任何发布。请在服务器上查看并重新启动。`,
  serviceName: '颁历的服务',
  redisHead: 'Redis 连不上',
  redisFact: (why: string): string =>
    `看门狗连不上 Redis（${why}）。连不上时颁历不会发布，以免重发。`,
  redisName: 'Redis',
  diskHead: (left: string): string => `磁盘快满了：还剩 ${left}`,
  diskFact: (path: string): string =>
    `${path} 所在的磁盘快满了。满了以后既不能发布，也记不下台账。请清理或扩容。`,
  diskName: '磁盘空间',
  joinedHead: '有的渠道是发布以后才加上的，不会自动补发',
  joinedFact: (each: readonly string[], more: number): string =>
    `下面这些发布，时间已过，计划里现在才加上渠道：${each.join('；')}${more > 0 ? `；另有 ${more} 项` : ''}。颁历不会自动补发到这些渠道；要补发，请在工作台该发布的页面点“立即发布”。`,
  siteRestoredHead: '公开网站已从记录中恢复',
  siteRestoredFact:
    '公开网站的文件丢失或损坏，颁历已按自己的记录原样恢复，没有提前公开任何内容；若有找不回来的页面，会另发一封通知。请看一下磁盘和 var/site 目录出了什么事。',
  siteHead: '看门狗看不到公开网站',
  siteFact: (url: string, why: string): string =>
    `${url} 打不开（${why}）。也许公众也打不开；在它能看到之前，看门狗无法核实发布。`,
  siteName: '公开网站',
  byHand: (
    name: string,
    channel: string,
    isWithdrawal: boolean,
    reason: string,
  ): { head: string; facts: string[] } => ({
    head: isWithdrawal
      ? `请到${channel}后台手工撤下：${name}`
      : `请到${channel}后台手工更正：${name}`,
    facts: [
      isWithdrawal
        ? `${name} 已经撤回，但颁历没能把它从${channel}撤下，公众可能还看得到${reason ? `（原因：${reason}）` : ''}。`
        : `${name} 已经更正，但${channel}上的旧内容不能由程序替换${reason ? `（原因：${reason}）` : ''}。`,
      '处理好以后，在工作台这次发布的页面上点“已手工处理”，这件事就结束。',
    ],
  }),
  otherwise: (
    name: string,
    channel: string,
    due: string | undefined,
  ): { head: string; facts: string[] } => ({
    head: `已经公开，计划却不是这样说的：${name}`,
    facts: [
      `${name} 已经在${channel}公开，${due === undefined ? '计划却说它取消了' : `计划却说它 ${due} 才发布`}。大概是改计划的时候，还不知道它已经发出。`,
      '请在计划里改回原来的日期；不该公开的话，请在工作台撤回。',
    ],
  }),
  settledHead: (moved: number, confirmed: number): string =>
    `工作日安排有更新：${moved > 0 ? `${moved} 个暂定日期有变动` : '暂定日期没有变动'}${confirmed > 0 ? `，${confirmed} 个已确认` : ''}`,
  settledFact:
    '国务院的放假通知或 config/workdays.yaml 更新后，颁历重新算了暂定日期；公开日历已随之更新，您不需要做什么。',
  more: (count: number): string => `……另有 ${count} 条`,
  placeOf: (file: string): string => `稿件的位置是 ${file}`,
  staff: (each: readonly string[]): string => `给管服务器的同事：${each.join('；')}`,
  lasted: (span: string): string => `历时：${span}`,
  missedFor: (span: string): string => `误期后用了：${span}`,
  concerned: '涉及：',
  number: (id: string, by: string | undefined): string =>
    `事件编号 ${id}${by ? `，${by} 已在处理` : ''}`,
  pages: {
    write: '去写稿件',
    mend: '去改稿件',
    approve: '去审批',
    settle: '去说明公开了没有',
    release: '去看这次发布',
    today: '去看全部',
    plan: '去看计划',
    table: '去传下一年的日程表',
    channels: '去看渠道',
    settings: '去看设置',
    of: (label: string, name: string): string => `${label}：${name}`,
  },
  acts: { acknowledge: '知道了，我来处理', publish: '立即补发', hold: '先暂停' } as Readonly<
    Record<string, string>
  >,
  actsHow: (span: string): string => `按钮 ${span}内有效，各用一次；打开后还会请您确认。`,
  foot: '颁历自动发送。每件事开头写一封信，解决后再写一封；没有信就是一切正常。',
  reportFoot: '颁历自动发送。平时只有这样的定期信；出了事会另外写信。',

  weekHead: (from: string, to: string): string => `本周发布：${from} 至 ${to}`,
  weekNone: '本周没有要发布的。',
  weekMissing: (count: number): string => `其中 ${count} 项还没有就绪：`,
  weekReady: '都已就绪，您不需要做什么。',
  ready: '已就绪',
  done: '已发布',
  notReady: (why: string): string => `未就绪：${why}`,
  openIncidents: (count: number): string => `另有 ${count} 件事尚未解决：`,

  monthHead: (month: string): string => `${month} 发布回顾`,
  monthNone: '这个月没有要发布的。',
  monthFact: (all: number, onTime: number): string =>
    all === onTime ? `${all} 次发布全部按时。` : `${all} 次发布，${onTime} 次按时。`,
  monthColumns: {
    channel: '渠道',
    all: '应发',
    onTime: '按时',
    late: '晚',
    missing: '未发',
    worst: '最晚',
  },
  monthIncidents: (count: number): string =>
    count === 0 ? '没有出过事。' : `出过 ${count} 件事：`,
  monthIncident: (at: string, what: string, span: string | undefined): string =>
    `${at} ${what}${span ? `，历时 ${span}` : '，尚未解决'}`,
  kinds: {
    release: '发布',
    unready: '稿件未就绪',
    channel: '渠道',
    stuck: '服务没有发布',
    late: '晚发布',
    promise: '没有兑现的发布',
    early: '提前公开',
    'ledger-reborn': '台账新建或恢复',
    engine: '发布进程停顿',
    plan: '计划有误',
    clock: '时钟不准',
    quota: '次数不够',
    'plan-ends': '没有下一年的计划',
    'by-hand': '要手工处理',
    otherwise: '公开与计划不符',
    mail: '通知发不出去',
    service: '服务没有运行',
    redis: 'Redis 连不上',
    disk: '磁盘快满',
    site: '看不到网站',
  } as Readonly<Record<string, string>>,

  receiptHead: (title: string, count: number): string =>
    `已发布：${title}${count > 1 ? `等 ${count} 项` : ''}`,
  receiptLine: (channel: string, at: string, url: string | undefined): string =>
    `${channel}：${at}${url ? ` ${url}` : ''}`,

  testHead: '试一试：颁历的通知能到您这里',
  testFact: (name: string, way: string): string =>
    `这是给 ${name} 的试信，经由 ${way}。收到就说明出事时您会知道，不用回复。`,
  watchdog: '看门狗',
};
export type LetterWords = typeof zhLetters;
