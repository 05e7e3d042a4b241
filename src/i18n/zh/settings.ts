// What the desk's page of settings says, in Chinese.
import type { Running } from '../environment.ts';

const LABELS = {
  'bureau.zh': '单位名称',
  'bureau.en': '单位的英文名称',
  'site.publicUrl': '网站地址',
  'site.theme.color': '主色',
  'site.theme.emblem': '徽标',
  'site.theme.sponsor.zh': '主办单位',
  'site.theme.sponsor.en': '主办单位的英文名称',
  'site.theme.contact.zh': '联系方式',
  'site.theme.contact.en': '英文的联系方式',
  'site.theme.icp': 'ICP 备案号',
  'site.theme.gongan': '公安备案号',
  'site.theme.siteId': '网站标识码',
  'site.theme.links': '页首的链接',
  'site.theme.foot': '页脚的链接',
  'mail.host': '邮件服务器',
  'mail.port': '端口',
  'mail.security': '加密',
  'mail.user': '登录名',
  'mail.from': '发件人',
  'mail.to': '收信的邮箱',
  'mail.password': '邮件密码',
  people: '收信的人',
};

/** What stands in brackets after a label on the page, and in no sentence. */
const HINTS = {
  'bureau.en': '可以不填',
  'site.publicUrl': '公众看到的',
  'mail.port': '不填是 587',
};

export const zhSettings = {
  title: '设置',
  lead: '改好以后，按最下面的“保存”：这一页上的全部一次保存。计划、稿件和人员在各自的页面里。',
  parts: {
    bureau: '单位和网站',
    emblem: '徽标',
    theme: '颜色、链接和页脚',
    mail: '发信',
  },
  labels: LABELS as Readonly<Record<string, string>>,
  hints: HINTS as Readonly<Record<string, string>>,
  withHint: (label: string, hint: string): string => `${label}（${hint}）`,
  inList: (list: string, row: number, key: string): string => `${list}第 ${row} 行的${key}`,
  keys: {
    name: '姓名',
    mail: '邮箱',
    'name.zh': '中文名称',
    'name.en': '英文名称',
    url: '网址',
  } as Readonly<Record<string, string>>,
  rowsHow: '清空一行就是删去它；空着的行不算。',
  security: {
    starttls: '一般选这一项（端口 587）',
    tls: '465 端口选这一项',
    none: '不加密（只在单位内网用）',
  } as Readonly<Record<'starttls' | 'tls' | 'none', string>>,
  colorHow: '点色块选一个颜色，要深到上面的白字看得清；空着就用原来的深蓝色。',
  colorPick: '选一个颜色',
  fromHow: '发件人写作 颁历 <banli@tjj.example.gov.cn>',
  peopleHow: '误期、缺稿时先告诉第一个人，没有人回应再告诉下一个。',
  toHow: '一行一个。',
  emblemNow: '现在的徽标',
  emblemLost: (path: string): string => `现在的徽标 ${path} 读不出来，请重新选一个图片`,
  emblemNone: '现在没有徽标。',
  emblemHow: '请选 1 MB 以内的 png、jpg 或 gif 图片。',
  emblemAgain: '选好的图片浏览器不会保留，请重新选一次',
  emblemFile: '选一个图片文件',
  emblemDrop: '不用徽标',
  notAPicture: '这不是能用的图片，没有收下',
  passwordSet: '已经有密码，这里看不到。要换就填新的，不换就空着。',
  passwordUnset: '还没有密码。邮件服务器要登录的，请填在这里。',
  kept: '保存在哪里：服务器上的 config/banli.yaml，里面的注释、顺序和这一页没有的项都不动；邮件密码另外存在 .env 里，只有运行颁历的账户能读，以后不再显示，也不进日志。',
  passwordInFile: (file: string): string =>
    `密码在文件 ${file} 里（banli.yaml 的 mail.password 这样写着），请在服务器上改那个文件；改好几秒之内生效，不用重新启动。`,
  passwordElsewhere(running: Running, path: string, name: string): string {
    const where = {
      systemd: `请管理服务器的人在 ${path} 里写一行 ${name}=…，再运行 systemctl restart banli`,
      container: `请管理服务器的人在 compose.yaml 旁边的 ${path} 里写一行 ${name}=…，再运行 docker compose up -d`,
      'by hand': `它来自启动颁历的环境变量 ${name}，请在那里改，再重新启动`,
    };
    return `密码在这里改不了（写进 .env 也不起作用）：${where[running]}。`;
  },
  passwordOdd:
    '这个密码不能写进 .env：里面三种引号都有，或者 .env 里有颁历读不懂的行。请让管理服务器的人手工写',
  passwordAgain: '换了邮件服务器，没有保存',
  passwordAgainHow: '请把密码也填一次：已有的密码只给原来的服务器用',
  testLead: '保存并重新启动以后，',
  test: '到“渠道”发一封试信',
  saved: (what: string): string => `已保存：${what}。`,
  savedNow: '新的密码几秒之内生效，不用重新启动。',
  nextAddress: (url: string): string =>
    `重新启动以后，工作台的地址是 ${url} 。请先确认这个地址能打开到这里，再重新启动；打不开的，要在服务器上把 config/banli.yaml 改回来。`,
  nothingChanged: '没有改动',
  wrong: '这样写不行，没有保存',
  broken: '设置文件现在读不了，这里改不了它',
  brokenHow: '请先在服务器上改正 config/banli.yaml',
  changedMeanwhile: '设置在您填写期间被别人改过，没有保存',
  changedMeanwhileHow: '您填的还在下面：请对照现在的设置，再改一次',
  required: '不能空着',
  portHow: '端口是 1 到 65535 之间的数',
  oneLine: '只能写一行',
  someone: '至少要写一个收信的人和他的邮箱，不然误期时没有人知道',
  tooMany: (most: number): string => `最多 ${most} 行`,
  otherOwner: (path: string): string =>
    `${path} 属于服务器上别的账户，颁历不能改它：请管理服务器的人改，或把它交给运行颁历的账户`,
  readOnly: (path: string): string =>
    `${path} 不能写入（只读），这里只能看：请管理服务器的人在原处改，或放开写权限`,
  force: {
    title: '生效',
    same: '正在用的就是这里写的。',
    since: (time: string): string => `颁历从 ${time} 起运行到现在。`,
    waits: (parts: string): string => `已经保存、要重新启动才生效的：${parts}。`,
    wrong: '现在的设置有错，重新启动会起不来。颁历仍按原来的运行，请先改正：',
    now: '现在重新启动',
    tried: (address: string): string => `https 已经配好：我在浏览器里打开过 ${address}，打得开`,
    untried: (address: string): string =>
      `网站地址改成了 https：重新启动以后只能从 ${address} 登录，打不开它就谁也进不来。请先配好 https，打开它试一试，再打上勾`,
    lead: '网站和工作台会停几秒钟；有发布快到点的，自动等到它公开以后。',
    asked: '正在重新启动，好了以后这一页会自己回来。',
    askedAt: (time: string): string =>
      `有发布快到点，到 ${time} 再自动重新启动；这一页会自己回来。`,
    back: '已经重新启动，新的设置生效了。',
    restarted: (time: string): string => `已经重新启动（${time}）。`,
    moved: '已经重新启动。网站地址改了，原来的登录不能接着用，请重新登录；登录以后回到“设置”。',
    elsewhere: '这一页没有自己回来的，请打开：',
    nobody(running: Running): string {
      return {
        systemd: '请管理服务器的人运行：systemctl restart banli',
        container: '请管理服务器的人运行：docker compose restart',
        'by hand': '请管理服务器的人停下颁历，再启动一次',
      }[running];
    },
    /** What is kept by nobody here, and has to be restarted beside it. */
    beside(running: Running): string {
      return {
        systemd: '看门狗如果是单独的服务，也要重新启动：systemctl restart banli-watchdog。',
        container: '看门狗如果是单独的容器，也要重新启动：docker compose restart watchdog。',
        'by hand': '',
      }[running];
    },
    workers: '别的机器上的 worker 有自己的设置和进程，要各自改、各自重新启动。',
    notKept: '这个进程不是由 banli start 看管的，不能在这里重新启动',
    nothing: '没有等着生效的设置',
  },
  partNames: {
    bureau: '单位名称',
    language: '语言',
    paths: '文件夹',
    redis: 'Redis',
    site: '网站',
    desk: '工作台',
    channels: '渠道',
    mail: '发信',
    alerts: '收信的人和提醒',
    watchdog: '看门狗',
    schedule: '巡查',
    log: '日志',
  } as Readonly<Record<string, string>>,
  why: (what: string): string => `工作台改设置：${what}`,
  letterSubject: (what: string): string => `设置已改：${what}`,
  letterText: (what: string, by: string, from: string): string =>
    `${by} 在 ${from} 改了设置：${what}。如果不是您或管理员所为，请立即处理。`,
};
export type SettingsWords = typeof zhSettings;
