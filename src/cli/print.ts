// Printing, for commands that load nothing else. More ways to print: context.ts.

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Columns that a text takes: Chinese characters take two. */
export function width(text: string): number {
  return [...text].reduce(
    (sum, char) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        char,
      )
        ? 2
        : 1),
    0,
  );
}

/**
 * A text in lines of at most so many columns: between words, and between any two Chinese
 * characters, but before no closing mark.
 */
export function wrapped(text: string, columns: number): string {
  const parts = text.match(/\n|[ \t]+|(?:[!-~]+|[^\n\t !-~])[，。、：；）”！？]*/gu) ?? [];
  const lines = [''];
  for (const part of parts) {
    const line = lines.at(-1) ?? '';
    if (part === '\n') lines.push('');
    else if (width(line) + width(part.trimEnd()) > columns && line.trim() !== '')
      lines.push(part.trimStart());
    else lines[lines.length - 1] = line + part;
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}
