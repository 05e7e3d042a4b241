// Words that several places use, in Chinese: lengths of time, channels, reasons, flaws of content.
import type { State } from '../../ledger/states.ts';
import { WECHAT_ANSWERS } from './wechat.ts';
import { WEIBO_ANSWERS } from './weibo.ts';

const STATES: Readonly<Record<State, string>> = {
  planned: '待准备',
  staged: '已就绪',
  armed: '待发',
  releasing: '发布中',
  public: '已公开',
  verified: '已核对',
  held: '已暂停，等人处理',
  doubtful: '结果不明，正在核查',
  cancelled: '已取消',
  withdrawn: '已撤回',
  historical: '启用前的发布',
};
const REASONS: Readonly<Record<string, string>> = {
  ...WECHAT_ANSWERS,
  ...WEIBO_ANSWERS,
  'content-missing': '还没有稿件',
  'content-flawed': '稿件有误',
  'content-refused': '稿件不合该渠道的要求',
  'approval-missing': '审批未齐',
  'published-late': '超过宽限才公开',
  'too-late': '发现时已超过补发时限，未自动发布',
  withdrawn: '已撤回，不会再发',
  'website-held': '网站上的发布已暂停，其他渠道随之暂停',
  'website-late': '网站尚未发布，其他渠道在等',
  'parent-not-public': '所解读的发布还没有公开',
  'by-operator': '由人工处理',
  'cannot-tell': '渠道无法说明是否已发布，为免重复，不自动再发',
  'calls-used-up': '已试发 3 次都没有成功，不再自动重试',
  vanished: '渠道收下后，公开处看不到它',
  'worker-died': '发布进程中断，正在向渠道核实',
  'worker-stale': '进程停顿过久，未发送',
  'channel-failed': '准备发布时出错，正在重试',
  'list-full': '微信已发布的文章太多，查不到',
  'nothing-to-look-for': '没有可用来查找的内容',
  'wechat-status': '微信返回了不认识的状态',
  'said-by-person': '由人工确认',
  'no-answer': '渠道没有应答',
  'http-status': '渠道返回 HTTP',
  'looked-at-later': '已经发出，渠道今日的查询次数已用完，到这个时间再查',
  'no-lookup': '该渠道不支持查询',
  'timeline-full': '之后的微博太多，查不到',
  'http-answer': '渠道有应答，但没有说明是否已公开',
  ambiguous: '有相似的微博，分不清哪一条是本次发布',
  'site-render': '网页生成失败',
  'site-flip': '网站切换失败',
  'site-folder': '网站目录有问题',
  'disk-full': '磁盘已满',
  'wechat-original': '微信原创校验未通过',
  'wechat-failed': '微信发布失败',
  'wechat-audit': '微信平台审核未通过',
  'wechat-deleted': '微信上已被删除',
  'wechat-banned': '微信上已被封禁',
  'your-turn': '轮到您了：请现在发布，发好后点“我已发布”',
  'email-refused': '收信方一个都没有收下',
  'email-sent': '信已经发出，收不回来；已经收到的人数',
  'email-way': '发信的服务器不能用',
  'email-readers': '收信人数',
  'email-slow': '全部发完要几分钟',
  'wordpress-rights': 'WordPress 不接受：用户、应用密码不对，或权限不够',
  'wordpress-taken': 'WordPress 上已经有这一条，没有覆盖；它现在的状态是',
  'wordpress-status': 'WordPress 没有照办，它现在的状态是',
  'wordpress-pictures-early': '图片在发布之前就放进 WordPress 媒体库，知道文件名的人能提前打开',
  'module-failed': '自编的渠道模块出错',
  'served-by-hand': '由人手工发布',
  'wechat-not-pushed':
    'mode: publish 发布的文章有长期有效的链接，但不推送给关注者，据多人反映也不显示在公众号主页和历史消息里；要推送请用 mode: mass',
  unseen: '公开处看不到',
  unsettled: '不知道是否已公开，为免重复，不自动再发',
  'birth-not-found':
    '台账是新建或恢复的，渠道上查不到这一条，不自动补发：请到渠道上看一眼，再用 npx banli settle 说明',
  'plan-changed': '准备好以后计划有改动，正在重新准备',
  'approval-withdrawn': '审批已撤回或不够，暂不发布',
  'promise-open': '到了公布的时间，公开处没有',
  'promise-gone': '已公布，却从计划里消失了，没有说明改期或取消',
  'promise-vanished': '曾经公开，现在看不到了，也没有撤回的记录',
  early: '发布时间还没到，公众已经能看到',
  'cannot-look': '看门狗查不到它的公开内容',
  'channel-unknown': '配置里已经没有这个渠道，颁历连不上它',
  'correct-unsupported': '该渠道不能由程序更正',
  'site-unchanged': '没有公开，或没有变化',
};
const FLAWS: Readonly<Record<string, string>> = {
  unreadable: '读不了这个文件',
  'not-a-file': '稿件目录里只能放普通文件（不能是链接或目录）',
  'bundle-too-large': '稿件太大',
  'content-too-heavy':
    '太复杂，处理起来超过了时间或内存的限度，请简化（拆小表格、减少嵌套，或换一张图片）',
  'weibo-text-long': 'weibo.txt 最多 2000 字，从这一行起太长',
  'front-matter-long': '开头 --- 之间的内容太长',
  'not-utf8': '请存为 UTF-8 编码',
  'no-front-matter': '开头要有 --- 包住的标题等信息',
  'front-matter': '开头的信息有误',
  'empty-body': '没有正文',
  'not-a-picture': '不是可用的图片（png、jpg、gif）',
  'picture-pixels': '图片的像素太多（最多 6000 万），读者的手机打不开，请缩小',
  'picture-large': '图片超过 20 MB，请压缩后再放进来',
  'not-what-it-says':
    '文件内容和扩展名不符：xlsx、pdf、csv 要真是这种文件，不能只改名（另存为对应格式即可）',
  'odd-character': '有看不见的字符，网页和邮件显示不了，请删去重新输入',
  'odd-name': '有一个文件的名字里有看不见的字符，请改名',
  'unknown-file': '不能随稿发布这种文件（可以放 png、jpg、gif、xlsx、pdf、csv）',
  'link-missing': '正文链接的文件不在目录里（可能没有上传，或文件名写错了）',
  'picture-missing': '正文用到的图片不在目录里',
  'wechat-url-long': '微信的原文链接最多 1 kB：发布的编号或网站地址太长',
  'wechat-title-long': '微信标题最多 32 字',
  'wechat-author-long': '微信作者最多 16 字',
  'wechat-digest-long': '微信摘要最多 120 字',
  'wechat-content-long': '微信正文要少于 2 万字符（含格式）',
  'wechat-picture-large': '微信正文图片要小于 1 MB（封面 10 MB）',
  'wechat-picture-type': '微信正文图片只能是 jpg 或 png',
  'weibo-long': '微博（含链接）最多 130 字',
  'weibo-topic': '微博里不能有 #话题# 或 @',
  'weibo-picture-large': '微博的配图要小于 5 MB',
  'weibo-domain': '微博链接必须在安全域名下',
};
const CHANNELS: Readonly<Record<string, string>> = {
  website: '网站',
  catalogue: '政府信息公开目录',
  wechat: '微信',
  weibo: '微博',
  newspaper: '报纸',
  radio: '电台',
  television: '电视',
  yearbook: '年鉴',
  screen: '公示屏',
  douyin: '抖音',
  press: '媒体邮件',
};

function flawOf(code: string, detail: string | undefined): string {
  return `${FLAWS[code] ?? code}${detail ? `：${detail}` : ''}`;
}

/** Flaws of content, each as `file:line code detail`. */
function flawsOf(detail: string): string {
  return detail
    .split('\n')
    .map((one) => {
      const [, file, line, code, rest] = /^(.*):(\d+) (\S+) ?(.*)$/.exec(one) ?? [];
      return file === undefined || code === undefined
        ? one
        : `${file} 第 ${line} 行：${flawOf(code, rest || undefined)}`;
    })
    .join('；');
}

export const zhCommon = {
  lang: 'zh-CN',
  /** A command as it is typed here; i18n/index.ts puts in how that is. */
  command: (rest: string): string => `npx banli ${rest}`,
  span(ms: number): string {
    const seconds = Math.round(ms / 1000);
    if (seconds < 60) return `${seconds} 秒`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 120) return `${minutes} 分钟`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} 小时` : `${Math.round(hours / 24)} 天`;
  },
  channel: (name: string): string => CHANNELS[name] ?? name,
  state: (state: string): string => STATES[state as State] ?? state,
  reason(code: string | undefined, detail: string | undefined, state: string): string {
    if (code === undefined) return STATES[state as State] ?? state;
    // Freed, and on its way again.
    if (code === 'by-operator' && state !== 'held') return '已由人工放行';
    const said = REASONS[code] ?? code;
    if (detail && code === 'calls-used-up') {
      const [last, ...rest] = detail.split(' ');
      return `${said}；最近一次：${zhCommon.reason(last, rest.join(' ') || undefined, '')}`;
    }
    if (detail && code.startsWith('content-'))
      return code === 'content-missing'
        ? `${said}，请放到 ${detail}`
        : `${said}：${flawsOf(detail)}`;
    return detail ? `${said}（${detail}）` : said;
  },
  flaw: flawOf,
};
export type CommonWords = typeof zhCommon;
