// The tables that readers get hold what the office announces, and nothing of how it works.
import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { writeTable } from '../../src/import-export/files.ts';
import { instant } from '../../src/lib/instant.ts';
import { readPlan } from '../../src/plan/read-all.ts';

const PLAN = `plan: 测试统计局2026年发布计划
year: 2026
timezone: Asia/Shanghai
announced: 2025-12-20
defaults: { at: "10:00", channels: [website], lead: 2d, grace: 7m, window: 9h, approval: three, category: 统计数据 }
indicators:
  gdp:
    name: { zh: 地区生产总值 }
    frequency: Q
    due: { day: 20, month: +1, if-closed: next }
    dates:
      2026-Q1: { at: 2026-04-21 10:00, reason: 内部商定的原因 }
      2026-Q2: { at: 2026-07-22 10:00, was: 2026-07-20 10:00, reason: 系统检修, announced: 2026-07-01 }
`;
const OWN = ['2d', '7m', '9h', 'three', '三审', '宽限', '内部商定的原因'];

async function cellsOf(isPublic: boolean): Promise<string> {
  const read = readPlan([{ name: 'config/plan/2026.yaml', text: PLAN }], undefined);
  expect(read.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const words = messagesFor('zh');
  const bytes = await writeTable('xlsx', read.calendar, 2026, instant(0), words, isPublic);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer);
  return book.worksheets
    .flatMap((sheet) => sheet.getSheetValues())
    .map((row) => JSON.stringify(row))
    .join('\n');
}

test('the office’s own table has everything, that of the readers only what they may know', async () => {
  const [own, shown] = [await cellsOf(false), await cellsOf(true)];
  expect(OWN.filter((text) => own.includes(text)).length).toBeGreaterThan(4);
  expect(OWN.filter((text) => shown.includes(text))).toEqual([]);
  for (const text of ['地区生产总值', '2026-07-22', '系统检修']) expect(shown).toContain(text);
});
