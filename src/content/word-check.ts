// What a Word file holds that the page made of it does not: kinds of things by their marks, and
// words by looking for each of them. Runs in a thread. Not for making the page: word.ts.
import { Parser } from 'htmlparser2';

/** What a Word file may hold that a text here does not. */
export type WordLeft =
  | 'picture'
  | 'chart'
  | 'drawing'
  | 'formula'
  | 'object'
  | 'numbering'
  | 'struck'
  | 'changes'
  | 'comments'
  | 'words';

/** How many of each; of words the first that are missing. */
export type Left = readonly [what: WordLeft, count: number, sample?: string];

/** What stands in the document itself and is shown nowhere else. */
const MARKS: readonly (readonly [what: WordLeft, mark: RegExp])[] = [
  ['chart', /<c:chart[\s/>]|<cx:chart[\s/>]|<dgm:relIds[\s/>]/g],
  ['drawing', /<wpg:wgp[\s/>]/g],
  ['formula', /<m:oMath[\s>]/g],
  ['object', /<o:OLEObject[\s/>]/g],
  ['struck', /<w:dstrike(?:\s+w:val="(?:1|true|on)")?\s*\/>/g],
  ['changes', /<w:(?:ins|del|moveFrom|moveTo)[\s>]/g],
  ['comments', /<w:commentReference[\s/>]/g],
];
/** Of what is in these nothing is taken, or the same once more. */
const PASSED_OVER: readonly string[] = ['w:del', 'w:moveFrom', 'mc:Fallback'];
/** Word's own names of headings, in English and by number as Chinese Word writes them. */
const HEADING = /^(?:heading ?|标题 ?)?[1-9]$/i;
/** After so many missing words it is clear that something is missing. */
const ENOUGH = 20;
const SAMPLE = 20;

/** What a document says, in order, and what it hides. */
interface Said {
  readonly texts: readonly string[];
  readonly hidden: number;
  /** A heading that Word counts by itself. */
  readonly hasCountedHeading: boolean;
}

function saidIn(document: string): Said {
  const texts: string[] = [];
  let [hidden, isHidden, over, isText, text] = [0, false, 0, false, ''];
  let [hasCountedHeading, isHeading, isCounted] = [false, false, false];
  const isOn = ({ 'w:val': value = '1' }: Record<string, string>): boolean =>
    !['0', 'false', 'off'].includes(value);
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (PASSED_OVER.includes(name)) over++;
        else if (name === 'w:p') [isHeading, isCounted] = [false, false];
        else if (name === 'w:pStyle') isHeading = HEADING.test(attributes['w:val'] ?? '');
        else if (name === 'w:numPr') isCounted = true;
        else if (name === 'w:r') isHidden = false;
        else if (name === 'w:vanish') isHidden = isOn(attributes);
        else if (name === 'w:t') [isText, text] = [true, ''];
      },
      ontext(part) {
        if (isText) text += part;
      },
      onclosetag(name) {
        if (PASSED_OVER.includes(name)) over--;
        else if (name === 'w:pPr' && isHeading && isCounted) hasCountedHeading = true;
        else if (name === 'w:t') {
          isText = false;
          const bare = text.replace(/\s+/g, '');
          if (over > 0 || bare === '') return;
          if (isHidden) hidden++;
          else texts.push(bare);
        }
      },
    },
    { xmlMode: true },
  );
  parser.end(document);
  return { texts, hidden, hasCountedHeading };
}

/** Those words of a document that the page does not have, as far as that can be seen. */
function missingFrom(page: string, texts: readonly string[]): string[] {
  let all = '';
  const parser = new Parser({
    ontext(part) {
      all += part.replace(/\s+/g, '');
    },
  });
  parser.end(page);
  const missing: string[] = [];
  let at = 0;
  for (const text of texts) {
    const found = all.indexOf(text, at);
    if (found >= 0) at = found + text.length;
    // What stands in a frame or a note comes elsewhere in the page.
    else if (!all.includes(text)) missing.push(text);
    if (missing.length >= ENOUGH) break;
  }
  return missing;
}

/**
 * @param files of the archive, by name
 * @param page as it was made of them
 * @param pictures how many are known not to have been taken
 * @returns hidden where the document hides words, which nobody means to publish
 */
export function leftBehind(
  files: ReadonlyMap<string, Uint8Array>,
  page: string,
  pictures: number,
): Left[] | 'hidden' {
  const textOf = (name: string): string => new TextDecoder().decode(files.get(name));
  const document = textOf('word/document.xml');
  const { texts, hidden, hasCountedHeading } = saidIn(document);
  if (hidden > 0) return 'hidden';
  const styles = textOf('word/styles.xml');
  // “一、” and “（一）” that Word counts by itself come as 1. 2. 3., before headings not at all.
  const isCounted =
    /<w:numPr[\s>]/.test(document + styles) &&
    /<w:numFmt w:val="(?!bullet|none|decimal")/.test(textOf('word/numbering.xml'));
  const isNumbered = isCounted || hasCountedHeading || hasCountedStyle(styles);
  const missing = missingFrom(page, texts);
  const found: Left[] = [
    ['picture', pictures],
    ...MARKS.map(([what, mark]): Left => [what, document.match(mark)?.length ?? 0]),
    ['numbering', Number(isNumbered)],
    [
      'words',
      missing.length,
      missing
        .slice(0, 3)
        .map((text) => text.slice(0, SAMPLE))
        .join('、'),
    ],
  ];
  return found.filter(([, count]) => count > 0);
}

/** Whether a style of headings counts by itself. */
function hasCountedStyle(styles: string): boolean {
  return styles
    .split('</w:style>')
    .some((style) => /<w:name w:val="heading \d"/i.test(style) && /<w:numPr[\s>]/.test(style));
}
