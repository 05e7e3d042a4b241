// Why the desk does not do what somebody asks for, in Chinese.

export const zhDeskRefused = {
  title: '不能这样做',
  forbidden: '您的角色不能做这件事',
  forbiddenHow: '需要时请管理员调整角色',
  tokensHow: '程序令牌只能用于接口 /api/v1，不能打开工作台的页面',
  uploads: '有较大的文件正在上传',
  uploadsHow: '每人一次只能上传一个大的（4 MB 以上），全单位最多三个：请等上一个传完再试',
  secondFactor: '需要先设置动态码',
  ownPassword: '现在的密码是别人给的，请先换成自己的',
  firstHow: '在“我的账户”（/desk/me/）里办好后再继续',
  csrf: '这个请求不是从颁历的页面发出的，没有执行',
  csrfHow: '请返回页面，刷新后再试一次',
  reasonMissing: '缺少原因',
  reasonMissingHow: '请用一句话写明原因：公众会看到',
  doesNotFit: (operation: string): string => `现在没有可以“${operation}”的`,
  doesNotFitHow: '状态可能刚刚变了：请再看一眼现在的状态',
  standsAs: (states: readonly (readonly [string, string])[]): string =>
    states.length === 0
      ? '台账里还没有它：先启动颁历'
      : `先看一眼现在的状态：${states.map(([channel, state]) => `${channel}${state}`).join('、')}`,
  notFound: '没有这个页面',
  notFoundHow: '地址可能写错了，或者页面已经移走。请从上面的菜单走，或回到',
  tooLarge: '内容太大',
  readOnly: (folder: string): string =>
    `服务没有权限写入 ${folder}，没有保存：请让管理服务器的人放开这个目录的写权限`,
  failed: '出错了，没有完成；已记入日志',
  busy: '同一请求正在处理',
  digestMissing: '没有说明批准或更正的是哪一份稿件',
  digestMissingHow: '请先打开这次发布的页面看过稿件，再从那里确认（程序请带上稿件的摘要码 digest）',
  oddCharacter: (field: string, name: string): string =>
    `“${field}”里有看不见的字符（${name}），网页和邮件显示不了`,
  oddCharacterHow: '请删去重新输入，不要从别处粘贴',
  seenMissing: '缺少 seen：请带上这一项任务的时间（publications 里的 task.at）',
  taskChanged: '要手工处理的事刚刚变了，没有记下',
  taskChangedHow: '请重新打开页面，看清要做的是什么再确认',
  textChanged: '稿件在您看过之后又改了',
  textChangedHow: '请重新看一遍现在的稿件，再决定',
  allChannels: (operation: string): string => `“${operation}”不能只对一个渠道，请不要写渠道`,
  otherRequest: '这个 Idempotency-Key 已用于另一个请求',
  signIn: '请先登录',
  wrongInput: '填写有误',
};
