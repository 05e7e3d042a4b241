// Printing, for commands that load nothing else. More ways to print: context.ts.

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
