// What the desk says about content, in Chinese.

export const zhDeskContent = {
  title: '稿件',
  lead: '接下来要发布的，稿件到了没有。',
  form: '标题和正文',
  fields: {
    title: '标题',
    summary: '摘要',
    author: '作者',
    source: '来源',
    body: '正文（Markdown）',
    weibo: '微博文字（不填则自动生成）',
  },
  files: '文件',
  upload: '上传 Word 稿件（docx）、图片、附件，或整个稿件包（zip）',
  uploadNote:
    '上传 Word 文件，标题、正文、表格和图片会自动填好，存下来给您看；标题以文件里的为准，可以不填。',
  noTitle: '请写标题；标题在文件里的，请上传那个文件',
  titleCounts: (counts: string, typed: string): string =>
    `标题以文件里的为准：“${counts}”。表单里写的“${typed}”没有用`,
  word: {
    look: '这份稿件是从 Word 文件取来的：请对照原文看一遍标题、正文、表格和图片，再点“预览”',
    old: (name: string): string => `“${name}”是旧格式，读不了`,
    oldHow: '请用 Word 或 WPS 打开，另存为 docx，再上传',
    two: (one: string, other: string): string =>
      `一次只能上传一份正文：“${one}”和“${other}”请只选一个`,
    unread: (name: string): string => `“${name}”不是 Word 文件（docx），或者已经损坏、加了密码`,
    unreadHow: '请用 Word 或 WPS 打开看看，去掉密码，另存为 docx，再上传',
    heavy: (name: string): string => `“${name}”太大，读不完`,
    heavyHow: '请在 Word 里压缩图片，或把图片、长表格拿出来另外上传',
    hidden: (name: string): string => `“${name}”里有隐藏的文字，网页上会全部显示出来，所以没有取用`,
    hiddenHow: '请在 Word 里显示隐藏文字（开始 → 显示/隐藏编辑标记），删去或改成普通文字，再上传',
    left: {
      picture: (count: number): string =>
        `有 ${count} 张图片的格式网页不能显示，没有取来：请在 Word 里另存为 png，再上传`,
      chart: (count: number): string =>
        `有 ${count} 张 Word 里画的图表没有取来：请另存为图片再上传，或上传 series.csv 自动画图`,
      formula: (count: number): string =>
        `有 ${count} 个公式没有取来：请截成图片再上传，或改写成文字`,
      object: (count: number): string =>
        `有 ${count} 个嵌入的对象（如 Excel 表）没有取来：请在 Word 里改成普通表格，或作为附件上传`,
      drawing: (count: number): string =>
        `有 ${count} 个组合图形没有取来：请另存为一张 png 图片，再上传`,
      struck: (count: number): string =>
        `有 ${count} 处双删除线没有了，划掉的字会和别的字一样显示：请删去`,
      words: (count: number, sample: string): string =>
        `有 ${count} 处文字没有取来（文本框、域、拼音等），例如“${sample}”：请对照原文补上`,
      numbering: (): string =>
        '自动编号（如“一、”“（一）”）变成了 1. 2. 3.，标题前的编号没有了：请对照原文补上',
      changes: (): string => '文件里有没处理完的修订，是按接受修订取的：请看看是不是您要的',
      comments: (): string => '批注没有取来',
    },
  },
  remove: '删除',
  saved: '稿件已保存。',
  savedFlawed: '稿件已保存，但有下面的问题：',
  badName: (name: string): string => `文件名“${name}”不能用`,
  badNameHow:
    '请改短一些（最多约 60 个汉字），不要用 / \\ : * ? " < > | # % ，不要以点、空格或波浪号开头或结尾',
  badZip: '打不开这个压缩包',
  versions: '以前的版本',
  wrongKind: '这些文件不能放，没有收下：',
  version: (time: string, digest: string, by: string | undefined): string =>
    `${by === undefined ? '' : `${by} 写的，`}用到 ${time} 为止（${digest}）`,
  restore: '恢复这一版',
  unknownVersion: '没有这个版本',
  publicNotice: '这次发布已经公开。保存稿件不会改变公开的页面；要改，请保存后用“更正”。',
  noText: '没有正文：请写 release.md，或在下面填写',
  changed: (person: string | undefined, time: string | undefined): string =>
    `您打开之后，${person ?? '别人'} ${time === undefined ? '' : `在 ${time} `}改过这份稿件，所以没有保存`,
  changedHow:
    '下面先是现在的稿件，再是您写的，都没有丢。对照着改好，再点“保存”，就会盖过现在的稿件',
  baseMissing: '这个页面太旧了，请重新打开稿件再保存',
  there: '现在的稿件',
  yours: '您写的',
  outNow: (due: string, where: string): string =>
    `发布时间（${due}）已过：一保存，几秒内就会公开到${where}`,
  outNowHow: '写完了、确实要公开，请点“仍然保存”；还没写完，请先在发布页点“暂停”再保存',
  voids: (people: string, left: string | undefined): string =>
    left === undefined
      ? `保存后，${people} 的批准就作废。公布时间已过，重新批准之前不会发布，所以没有保存`
      : `保存后，${people} 的批准就作废。离发布只有 ${left}，来不及重新批准就不会发布，所以没有保存`,
  voidsHow: '不改就按批准过的那一版发布。确实要改，请点“仍然保存”，再请人重新批准',
  saveAnyway: '仍然保存',
  tooLargeToShow: '稿件太长，工作台显示不了：请把正文改短，重新上传 release.md',
  notSaved: '没有保存。您填写的都还在下面',
  uploadAgain: '选好的文件浏览器不会保留，请重新选择',
};
export type DeskContentWords = typeof zhDeskContent;
