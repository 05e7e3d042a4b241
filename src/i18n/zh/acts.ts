// The pages that links in mails lead to, in Chinese, and the commands about incidents. Not for the
// mails: letters.ts.

/** What a mail server or its connection said, and what to do about it; the first that fits. */
const MAIL_TROUBLE: readonly (readonly [said: RegExp, meaning: string])[] = [
  [/STARTTLS/i, '邮件服务器不会这样加密：请到“设置”换一种“加密”（465 端口选 465 那一项）'],
  [/wrong version number|packet length too long/i, '端口和“加密”不配：587 和 465 各选各的那一项'],
  [/Invalid login|EAUTH|\b535\b|authentication/i, '登录名或密码不对（有的邮箱要用授权码）'],
  [/ENOTFOUND|EAI_AGAIN|EDNS/, '找不到这台邮件服务器：请看看名字写得对不对'],
  [/ECONNREFUSED/, '邮件服务器不应答：请看看端口，或服务器是否开着'],
  [/timeout|ETIMEDOUT|Greeting never received/i, '邮件服务器没有回音：请看看端口，或防火墙'],
  [/certificate|self.signed/i, '邮件服务器的证书不被信任：请让管服务器的同事看一看'],
  [/\b55[0-4]\b|^refused: /, '邮件服务器不收这个地址：请看看收信人和发件人'],
];

export const zhActs = {
  titles: {
    acknowledge: '确认：由我处理',
    publish: '确认：立即补发',
    retry: '确认：重试',
    hold: '确认：先暂停',
    done: '确认：我已发布',
  } as Readonly<Record<string, string>>,
  willAcknowledge: '确认后，颁历不再催问其他人；事情解决时仍会写信告诉您。',
  willPublish: '确认后，颁历会立即补发下面这些。已经公开的不会再发一次；没到时间的不会提前。',
  willHold: '确认后，下面这些到时不会发布，直到有人运行 npx banli retry。',
  willDone:
    '确认后，下面这些记为此刻起已经公开，您的网址或说明就是回执。还没有发布的，请先发布再确认。',
  notDone: '没有办成',
  nothing: '没有可做的：它们已经公开、正在发布，或已被暂停。',
  publication: (name: string, id: string, due: string, channels: readonly string[]): string =>
    `${name}（${id}），${due}：${channels.join('、')}`,
  as: (person: string): string => `以 ${person} 的名义`,
  confirm: '确认',
  done: '已办',
  results: {
    'no-content': '缺稿，或稿件有误：先交稿，再补发',
    asked: '已交办，几秒内会有结果',
    'let-go': '已放行，到点发布',
    held: '已暂停',
    skipped: '没有变动：它已经公开、正在发布，或状态已变',
    'too-early': '没有变动：还没到发布时间',
    unsettled: '没有变动：它可能已经公开。请先到渠道上看一眼，再运行 npx banli settle 说明',
    settled: '已记下您的确认',
  } as Readonly<Record<string, string>>,
  acknowledged: (id: string): string => `事件 ${id} 已记在您名下。`,
  invalid: '这个链接无效。请从信里重新打开，或在服务器上运行 npx banli incidents。',
  expired: '这个链接过期了。请在服务器上运行 npx banli incidents。',
  used: '这个链接已经用过了，没有再做一次。',
  over: '这件事已经解决，不用再做什么。',
  foot: '颁历：此页只给收信人。打开页面不会改变任何事，点“确认”才会。',

  none: '没有未解决的事件。',
  columns: { id: '编号', since: '开始', what: '事件', severity: '程度', by: '处理人' },
  severities: { missed: '已误期', warning: '提醒' } as Readonly<Record<string, string>>,
  waiting: '等同批的解决后一起告知',
  unknownIncident: (id: string): string => `没有编号为 ${id} 的未解决事件`,
  unknownIncidentHow: '运行 npx banli incidents 看有哪些',
  testSent: (person: string, way: string): string => `${person}，${way}：已发出`,
  testFailed: (person: string, way: string, why: string): string =>
    `${person}，${way}：没有发出：${zhActs.sendTrouble(why)}`,
  /** In words where they are known, with what was said for whoever looks after the server. */
  sendTrouble(why: string): string {
    const meaning = MAIL_TROUBLE.find(([said]) => said.test(why))?.[1];
    return meaning === undefined ? why : `${meaning}（原话：${why}）`;
  },
  noPeople: '没有可通知的人',
  noPeopleHow: '在 config/banli.yaml 里写上 mail 和 people',
  watching: (site: string): string => `看门狗已启动，正在看 ${site}`,
  looked: (name: string): string => `${name}：正常`,
  found: (head: string): string => `有问题：${head}`,
};
export type ActWords = typeof zhActs;
