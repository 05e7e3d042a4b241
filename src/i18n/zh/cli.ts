// What commands say, in Chinese.
import { zhLog } from './log.ts';

export const zhCli = {
  hint: '怎么办：',
  noConfig: (path: string): string => `找不到配置文件 ${path}`,
  configWrong: (path: string): string => `配置文件 ${path} 有误`,
  secretsMissing: (count: number): string => `缺少 ${count} 个密钥：`,
  secretHow(
    running: 'systemd' | 'container' | 'by hand',
    path: string,
    names: readonly string[],
  ): string {
    const line = `${names[0] ?? ''}=…`;
    const then = {
      systemd: '，保存后运行 systemctl restart banli',
      container: '（compose.yaml 旁边的 .env），保存后运行 docker compose up -d',
      'by hand': `，保存后运行 chmod 600 ${path}`,
    };
    return `请在 ${path} 里${names.length > 1 ? '各' : ''}写一行，如 ${line}${then[running]}`;
  },
  secretFileHow: (paths: readonly string[]): string =>
    `请把密钥写进文件 ${paths.join('、')}，只许运行颁历的账户读（权限 600）`,
  badEmblem: (path: string, why: string): string =>
    `site.theme.emblem：${path} 不是能用的图片${why ? `（${why}）` : ''}`,
  badEmblemHow: '请用 1 MB 以内的 png、jpg 或 gif，路径从 config/ 所在的文件夹算起',
  openSecrets: (path: string): string => `密钥文件 ${path} 别的账户也能读，颁历不用它`,
  portInUse: (port: number): string => `端口 ${port} 已被占用`,
  portHow: '可能已有一个颁历在运行；否则请在 config/banli.yaml 改 site.port',
  ready: (url: string): string => `颁历已启动。\n  公开日历 ${url}\n  工作台   ${url}desk/`,
  webReady: (url: string): string => `公开日历已启动：${url}`,
  samplePlan: (year: number): string =>
    `· ${year} 年的计划还是样例（sample: true）：没有向谁承诺过，改期、取消都不用说明，误期只按台账提醒。换成本单位的，请删去那一行，或在工作台“计划”里从日程表新建`,
  weibo: {
    none: '配置里没有微博渠道',
    several: '有不止一个微博渠道，请说明授权哪一个',
    noApp: '这个渠道没有写应用，不能授权',
    noAppHow: '请在 banli.yaml 的这个渠道里写 app: { key, secret }（微博开放平台的应用）',
    open: '请用浏览器打开下面的网址，用要发微博的账号登录，点“授权”：',
    paste: (redirect: string): string =>
      `授权后浏览器会转到 ${redirect}。那一页打不开、报错都不要紧：请把地址栏里的整个网址（或其中 code= 后面的授权码）粘贴到这里，按回车：`,
    noCode: '没有读到授权码，或不是这一次授权的',
    notGranted: (why: string): string => `微博没有给令牌：${why}`,
    notGrantedHow: (redirect: string): string =>
      `授权码只能用一次，几分钟内有效；应用在微博开放平台登记的授权回调页要是 ${redirect}`,
    otherAccount: (before: string, now: string): string =>
      `授权的是另一个微博账号：原来是 ${before}，这次是 ${now}。没有保存`,
    kept: (account: string, until: string): string =>
      `✓ 已授权，账号 ${account}，有效到 ${until}。各进程马上就用，不用重启；另存了一份在 var/watchdog/tokens（只有本用户能读）`,
    lifetimes:
      '· 令牌能用多久由微博定：应用所有者自己的账号能用几年，审核过的应用一般 30 天，没审核过的只有一天。不能自动续，到期前再授权一次',
  },
  channelNote: (channel: string, what: string) => `· ${channel}：${what}`,
  stillSample: '· 单位和网址还是样例：请到工作台“设置”里填（或改 config/banli.yaml）',
  nobodyMaySignIn:
    '· 还没有人能登录工作台。给第一个人生成一次性链接：另开一个窗口，运行 npx banli people invite wangmin --display 王敏（用户名用小写拼音，后面是姓名）',
  invitedAtSample: (port: number): string =>
    `· 网站地址还没有填（site.publicUrl 还是样例），所以这是本机的地址，只能在这台机器上打开。没有域名的，先在 config/banli.yaml 里写 publicUrl: http://127.0.0.1:${port}/`,
  invitedAsleep: '· 颁历没有在运行，链接现在打不开：先启动（npx banli start），再打开链接',
  nobodyHears:
    '· 没有配置 mail 和 people：误期时没有人会收到信。到工作台“设置”里填，或写进 config/banli.yaml；试一封：npx banli alerts test',
  stopped: '颁历已停止。',
  part: (name: string): string =>
    ({ engine: '发布进程', web: '网站和工作台进程', watchdog: '看门狗' })[name] ?? name,
  partEnded(name: string, why: string, waitMs: number): string {
    return `${this.part(name)}意外结束（${why}），${Math.round(waitMs / 1000)} 秒后重新启动。`;
  },
  partHung(name: string): string {
    return `${this.part(name)}没有反应，已强制结束。`;
  },
  partsRestart: '设置已改：工作台要求全部重新启动。',
  loopHeld: (seconds: number, what: string, isBusy: boolean): readonly [string, string] => [
    '发布进程曾停顿',
    `发布进程有 ${seconds} 秒什么也没做成，若有发布恰在此时到点，会晚这么久。${
      isBusy
        ? `当时在做：${what || '未知'}。反复出现时，请把这封信转给技术人员。`
        : '当时这台机器没有空给它：可能过载，或曾被暂停。请检查机器上还在运行什么。'
    }`,
  ],
  planMended: '计划文件已改正，并已生效。',
  planKept: '计划文件有误，继续执行原来的计划：',
  planNone: '没有可用的计划：请先改正下面的错误',
  planApplied: (changes: number): string =>
    changes === 0 ? '计划没有变化' : `计划已生效，${changes} 处变化`,
  notCompared:
    '服务没有运行，所以没有与正在执行的计划对照（第一次检查时本来就没有）。改期、取消、删除是否写明了原因，启动后生效前还会检查。',
  noChanges: '没有变化。',
  wouldChange: (counts: string): string => `若现在生效：${counts}。`,
  dateChange: (
    at: string,
    kind: string,
    from: string,
    to: string,
    promised: boolean,
    reason: string | undefined,
  ): string =>
    `${at} ${kind}：${from}${from === to ? '' : ` → ${to}`}${promised ? '' : '（当时还没有作为确定的日期公布）'}${reason ? `，原因：${reason}` : ''}`,
  usage(code: string, what: string): string {
    switch (code) {
      case 'commander.missingMandatoryOptionValue':
        return `缺少必须的选项 ${what}`;
      case 'commander.missingArgument':
        return `缺少${what}`;
      case 'commander.optionMissingArgument':
        return `选项 ${what} 后面要跟一个值`;
      case 'commander.unknownOption':
        return `不认识的选项 ${what}`;
      case 'commander.unknownCommand':
        return `没有名为 ${what} 的命令`;
      case 'commander.excessArguments':
        return `多了 ${what}`;
      default:
        return `用法不对：${what}`;
    }
  },
  usageExample: (call: string): string => `例如：npx banli ${call}`,
  missing: (what: string, call: string): string => `${what}，例如：npx banli ${call}`,
  usageAlone: (call: string): string => `这个命令就写 npx banli ${call}`,
  notCount: (option: string, text: string): string =>
    `${option} 后面写一个数，例如 ${option} 50；“${text}”不是`,
  usageHow: (near: string | undefined): string =>
    near ? `是不是想写 ${near}？` : 'npx banli --help 查看全部命令；命令后加 --help 查看用法',
  columns: {
    due: '发布时间',
    release: '发布',
    name: '名称',
    status: '状态',
    channels: '渠道',
    channel: '渠道',
    reason: '原因',
    time: '时间',
    event: '事件',
    subject: '对象',
    actor: '由谁',
    detail: '详情',
  },
  nothingThere: '没有符合的内容。',
  unknownRelease: (id: string): string => `没有名为 ${id} 的发布`,
  unknownReleaseHow: (near: string | undefined): string =>
    near ? `是不是想写 ${near}？` : '用 npx banli plan show 查看全部',
  noneDue: {
    days: (days: number): string => `前后 ${days} 天内没有要发布的。`,
    next: (due: string, name: string, id: string): string => `下一次：${due}，${name}（${id}）。`,
    nothing: '计划里没有以后要发布的。编下一年的：npx banli plan year 年份',
    noPlan: '没有可用的计划：用 npx banli plan check 查错。',
    notInForce: '计划还没有生效：启动颁历（npx banli start）后按它发布。',
  },
  onlyIndicator: (id: string): string => `${id} 是一个指标，请写明是哪一期`,
  noChannel: (id: string): string => `没有名为 ${id} 的渠道`,
  channelAs: (id: string, name: string): string => `${id}（${name}）`,
  channelsThere: (near: string | undefined, all: readonly string[]): string =>
    `${near === undefined ? '' : `是不是想写 ${near}？`}${all.length === 0 ? '现在一个渠道也没有' : `现在有：${all.join('、')}`}`,
  unknownChannel: (id: string): string => `这次发布没有渠道 ${id}`,
  badDate: (text: string): string => `日期“${text}”不对，应写作 2026-04-17`,
  badYear: (text: string): string => `年份“${text}”不对，应写作 2027`,
  notRunning: '颁历没有在运行；已记下，启动后执行。',
  neverEarly: (due: string): string => `还没到发布时间 ${due}，不能提前发布`,
  neverEarlyHow: '若要提前，请在计划里改日期，并写明 was 和 reason',
  /** @param said on which channel, and what: `网站：已暂停` */
  outcome: (name: string, said: string): string => `${name}，${said}`,
  skipped: (id: string, state: string): string => `${id}：${state}，未变`,
  mayApprove: (names: readonly string[]): string =>
    names.length > 0
      ? `能审批的：${names.join('、')}`
      : '现在没有人能审批；新增一个：npx banli people invite',
  approvedWhat: (title: string, digest: string): string =>
    `批准的稿件：${title}（摘要码 ${digest}…）`,
  approved: (id: string, count: number): string => `${id}：已记下审批，共 ${count} 人`,
  contentWrong: '稿件有误，不能审批：',
  why: {
    rule: (rule: string, day: string): string => `规则 ${rule} 给出 ${day}`,
    moved: (from: string, to: string, name: string | undefined): string =>
      `${from} 不是工作日${name ? `（${name}）` : ''}，移到 ${to}`,
    counted: (rule: string, day: string): string => `按 ${rule} 数工作日，得到 ${day}`,
    follows: (id: string, due: string, after: string): string =>
      `解读在 ${id}（${due}）之后 ${after}`,
    other: (id: string, day: string): string => `参照 ${id}：${day}`,
    exception: (day: string, reason: string | undefined): string =>
      `dates 里写明 ${day}${reason ? `（${reason}）` : ''}，以此为准`,
    combined: (whole: string, day: string): string => `并入 ${whole}：${day}`,
    result: (due: string, status: string): string => `→ ${due}，${status}`,
  },
  log: zhLog,
  noLog: (folder: string): string => `${folder} 里还没有日志。`,
  doctor: {
    site: '公开网址',
    siteReached: (url: string): string => `${url} 能打开`,
    siteUnreached: (url: string, why: string): string =>
      `${url} 打不开（${['ENOTFOUND', 'EAI_AGAIN'].includes(why) ? '没有这个域名' : why}）：检查 config/banli.yaml 的 site.publicUrl、域名和 nginx；还没有域名的，先写 http://127.0.0.1:8040/；服务没有启动时也会这样`,
    ok: '正常',
    bad: '有问题',
    note: '说明',
    skip: '跳过',
    plan: '发布计划',
    redis: 'Redis',
    clock: '时钟',
    folders: '目录',
    mail: '邮件',
    content: '稿件',
    secrets: '密钥',
    withoutSecret: '缺密钥，没有检查',
    cannotTry: '这种渠道没有可以试的草稿',
    tryTitle: '颁历试验草稿',
    tryText: '这是一份试验草稿，不会公开，马上删除。',
    tried: (call: string, said: string): string => `试 ${call}，渠道答：${said}`,
    channel: (name: string): string => `渠道 ${name}`,
    clockOff: (ms: number, other: string): string => `与${other}相差 ${Math.round(ms)} 毫秒`,
    channelClock: (name: string): string => `${name} 的时钟`,
    redisClock: ' Redis 的时钟',
    contentMissing: (id: string, due: string): string => `${id}（${due}）还没有稿件`,
    writable: (path: string): string => `${path} 可写`,
    desk: '工作台',
    deskSharesHost:
      '和公众网站在同一个域名下。建议给它单独的域名（desk.publicUrl），这样网站上发布的任何文件都碰不到工作台',
    deskOnSite: (site: string): string =>
      `公众网站 ${site} 上仍能打开 /desk/：检查 nginx 是否把原来的 Host 传了过来（proxy_set_header Host $host）`,
    deskApart: (at: string): string => `只在 ${at} 上打开`,
    deskUnreached: (at: string, status: number | undefined): string =>
      `从本机打不开 ${at}desk/${status === undefined ? '' : `（返回 ${status}）`}：如果只在内网用，这是正常的；否则检查域名解析和 nginx`,
    readableByAll: (path: string): string =>
      `服务器上任何账户都能读 ${path}，里面有还没公开的稿件：请运行 chmod o-rwx ${path}`,
    notWritable: (path: string): string => `${path} 不可写`,
    noMail: '没有配置 mail：误期时无法通知',
    mailOk: (host: string): string => `${host} 登录成功`,
    releases: (count: number): string => `${count} 次发布`,
    allReady: '近七天到期的稿件都在',
    redisOk: (version: string): string => `版本 ${version}，设置安全`,
  },
  sandbox: {
    badPort: (port: string): string => `“${port}”不是端口号`,
    badPortHow: '0 到 65530 的整数，例如 --port 8100；0 为任意空闲端口',
    portHow: '可能已有一个沙盒在运行；换一组端口：npx banli sandbox --port 0（任意空闲端口）',
    robots: '群机器人和回调',
    started: '沙盒已启动（只在本机）：',
    page: '查看各渠道所见（用浏览器打开）',
    intoYaml:
      '练习时，用下面这些换掉 config/banli.yaml 里的 channels、mail、people（先另存一份），site.publicUrl 写成 http://127.0.0.1:8040/ ：',
    intoEnv: '下面这几行写进 config/ 旁边的 .env（没有就新建，再运行 chmod 600 .env）：',
    thenStart: '然后另开一个窗口，运行 npx banli start。发布和信都只到沙盒，不碰真的渠道。',
    stop: '按 Ctrl-C 结束',
    title: '颁历沙盒',
    lead: '这里是各渠道的替身：读者此刻能看到什么，自何时起。',
    messages: '群机器人和回调',
    inbox: '收件箱',
    empty: '还什么都没有。',
    since: '公开于',
    times: (n: number): string => `公开了 ${n} 次`,
    withdrawn: '已撤回',
    calls: '最近的接口调用',
    names: {
      wechat: '微信公众号',
      weibo: '微博',
      catalogue: '政府信息公开目录',
      wordpress: 'WordPress 网站',
    } as Readonly<Record<string, string>>,
  },
  demo: {
    desk: (url: string, name: string, password: string): string =>
      `工作台  ${url}  用户名 ${name}，密码 ${password}`,
    starting: '颁历演示：一年的发布计划，接下来一分钟内到期的几次，会在您眼前自动发布。',
    open: '可以打开：',
    site: '公开日历',
    inbox: '沙盒（微信、微博、目录、收件箱）',
    published: '已公开',
    mail: '邮件',
    restarted: '服务意外结束，已重新启动',
    done: '演示完成。',
    stay: '演示仍在运行，按 Ctrl-C 结束。',
    expected: (id: string): string => `${id} 没有稿件，会误期`,
    refused: (id: string): string => `${id} 会被微信审核拒绝`,
    wrong: '与预期不符：',
    waiting: '等待',
    early: '提前！',
    at: '到期',
  },
};
export type CliWords = typeof zhCli;
