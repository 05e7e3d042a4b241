// What the desk's page of channels says, in Chinese.

export const zhDeskChannels = {
  title: '渠道和信件',
  lead: '每个渠道能不能用，由颁历每天问一次；也可以现在就问。密钥写在服务器上，这里看不到。',
  kinds: {
    website: '颁历自己的网站',
    http: '政府信息公开目录或 CMS',
    wechat: '微信公众号',
    weibo: '微博',
    manual: '由人发布的渠道',
    module: '自编的渠道',
    email: '邮件（媒体）',
    wordpress: 'WordPress 网站',
  },
  upcoming: (count: number): string =>
    count === 0 ? '没有要发布到这里的内容' : `还有 ${count} 次发布要到这里`,
  ready: (time: string): string => `${time} 检查：正常`,
  notReady: (time: string, why: string): string => `${time} 检查：${why}`,
  notAsked: '还没有检查过',
  goodUntil: (time: string): string => `授权到 ${time} 为止`,
  ask: '现在检查',
  askedReady: (name: string): string => `${name}正常。`,
  askedNot: (name: string, why: string): string => `${name}现在不能用：${why}`,
  authorize: '授权微博',
  authorizeLead:
    '打开微博的页面，用单位的微博账号登录并点“授权”，就会回到这里。到期前再点一次即可。',
  authorized: (name: string): string => `${name}已授权。`,
  account: (id: string): string => `账号 ${id}`,
  otherAccount: (before: string, now: string): string =>
    `您授权的是另一个微博账号（${now}），以前一直用的是 ${before}。如果您在微博上登录的是自己的账号，请返回，在微博退出后重新授权。`,
  takeOther: '确实要换：今后都发到这个账号',
  notBegun: '这次授权不是您在这里开始的，或者已经过了 10 分钟',
  notGranted: '微博没有给出授权',
  againHow: '请在“渠道和信件”里重新点“授权微博”',
  backHow: (url: string): string =>
    `微博开放平台该应用的“授权回调页”要填成 ${url}，应用的 key 和 secret 要和 config/banli.yaml 里的一致`,
  noApp: '这个渠道没有配置微博应用，不能在这里授权',
  noAppHow: '在 config/banli.yaml 里写 app: { key: …, secret: { env: … } }，或把新的令牌写进 .env',
  unknown: (name: string): string => `没有名为 ${name} 的渠道`,
  letters: '发信',
  hears: (person: string, to: string): string => `${person}：${to}`,
  nobody: '还没有配置 mail 和 people：误期时没有人会收到信。请管理员到“设置”里填。',
  test: '给每个人发一封试信',
  tested: '试信的结果：',
};
export type DeskChannelsWords = typeof zhDeskChannels;
