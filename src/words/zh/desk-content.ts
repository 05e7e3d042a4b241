// What the desk says about content, in Chinese.

export const zhDeskContent = {
  title: '稿件',
  lead: '接下来要发布的，稿件到了没有。',
  form: '标题和正文',
  fields: { title: '标题', summary: '摘要', author: '作者', source: '来源', body: '正文（Markdown）', weibo: '微博文字（不填则自动生成）' },
  files: '文件',
  upload: '上传图片、附件或整个稿件包（zip）',
  remove: '删除',
  saved: '稿件已保存。',
  savedFlawed: '稿件已保存，但有下面的问题：',
  badName: (name: string): string => `文件名“${name}”不能用`,
  badNameHow: '请改短一些（最多约 60 个汉字），不要用 / \\ : * ? " < > | # % ，不要以点、空格或波浪号开头或结尾',
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
  changedHow: '下面先是现在的稿件，再是您写的，都没有丢。对照着改好，再点“保存”，就会盖过现在的稿件',
  baseMissing: '这个页面太旧了，请重新打开稿件再保存',
  there: '现在的稿件',
  yours: '您写的',
  outNow: (due: string, where: string): string => `发布时间（${due}）已过：一保存，几秒内就会公开到${where}`,
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
