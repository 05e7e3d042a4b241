// `npm run handbook`: the Chinese handbook (docs/zh) as one file to print, with its pictures in it. Writes handbook.html, or the file that is named.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import MarkdownIt from 'markdown-it';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'zh');
/** In the order in which they are printed. */
export const CHAPTERS = [
  'README',
  'install',
  'plan',
  'daily',
  'channels',
  'alerts',
  'trouble',
  'site',
];

const STYLE = `
@page { size: A4; margin: 18mm 16mm; }
body { font: 10.5pt/1.7 "Noto Serif CJK SC", "Songti SC", SimSun, serif; max-width: 180mm; margin: 0 auto; color: #111; }
h1, h2, h3, th { font-family: "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
section + section { break-before: page; }
h1 { font-size: 20pt; } h2 { font-size: 13pt; margin-top: 1.6em; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; } tr { break-inside: avoid; }
th, td { border: .5pt solid #999; padding: 3pt 6pt; text-align: left; vertical-align: top; }
code, pre { font-family: "Noto Sans Mono CJK SC", Menlo, Consolas, monospace; font-size: 8.5pt; }
pre { background: #f5f5f3; padding: 6pt 8pt; white-space: pre-wrap; overflow-wrap: anywhere; break-inside: avoid; }
img { max-width: 100%; max-height: 130mm; break-inside: avoid; } a { color: inherit; }`;

/** @returns the whole handbook as one page of HTML */
export function handbook() {
  const markdown = new MarkdownIt({ html: false });
  const link =
    markdown.renderer.rules.link_open ??
    ((tokens, index, options, _, self) => self.renderToken(tokens, index, options));
  // A chapter is a part of the same page here.
  markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
    const chapter = /^([\w-]+)\.md$/.exec(tokens[index].attrGet('href') ?? '')?.[1];
    if (chapter) tokens[index].attrSet('href', `#${chapter}`);
    return link(tokens, index, options, env, self);
  };
  const image = markdown.renderer.rules.image;
  markdown.renderer.rules.image = (tokens, index, options, env, self) => {
    const path = resolve(folder, tokens[index].attrGet('src') ?? '');
    tokens[index].attrSet(
      'src',
      `data:image/${extname(path).slice(1)};base64,${readFileSync(path).toString('base64')}`,
    );
    return image(tokens, index, options, env, self);
  };
  // The first one's list of chapters is the contents.
  const sections = CHAPTERS.map(
    (name) =>
      `<section id="${name}">\n${markdown.render(readFileSync(join(folder, `${name}.md`), 'utf8'))}</section>`,
  );
  return `<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>颁历手册</title><style>${STYLE}</style></head><body>\n${sections.join('\n')}\n</body></html>\n`;
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const path = process.argv[2] ?? 'handbook.html';
  writeFileSync(path, handbook());
  process.stderr.write(`已写出 ${path}：用浏览器打开后打印 / open it in a browser and print\n`);
}
