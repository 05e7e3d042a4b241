// The chart of a release's key series: drawn when it is staged, with its figures beside it, and
// hidden with everything else until T.
import { createHash } from 'node:crypto';
import { XMLValidator } from 'fast-xml-parser';
import { afterEach, expect, test } from 'vitest';
import type { Asset } from '../../src/channels/channel.ts';
import { seriesOf } from '../../src/site/editions/chart.ts';
import { panelsOf } from '../../src/site/editions/chart-panels.ts';
import { type TestSite, testSite } from '../helpers/site.ts';

let site: TestSite | undefined;
afterEach(() => site?.close());

const CSV =
  '季度,同比（%）,环比（%）\n2025-Q3,5.1,1.2\n2025-Q4,5.3,\n2026-Q1,5.6,1.1\n2026-Q2,5.8,1.3\n';
const asset = (text: string): Asset => ({
  name: 'series.csv',
  type: 'text/csv',
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: Buffer.byteLength(text),
  read: () => Promise.resolve(Buffer.from(text)),
});

test('an SVG of every series, alternative text, and a table of the same figures, in both languages', async () => {
  site = await testSite('2026-07-20T09:59:00+08:00');
  const staged = await site.stage('gdp.2026-Q2', { attachments: [asset(CSV)] });
  expect((await site.get('releases/gdp.2026-Q2/files/series.svg')).status).toBe(404);
  site.clock.turnTo('2026-07-20T10:00:00+08:00');
  await site.press.flip((await site.press.prepare(site.clock.now(), [staged])).edition);
  const svg = await site.get('releases/gdp.2026-Q2/files/series.svg');
  expect(svg.headers.get('content-type')).toContain('image/svg+xml');
  expect(XMLValidator.validate(svg.text)).toBe(true);
  for (const said of ['同比（%）', '环比（%）', '2025-Q3', '2026-Q2'])
    expect(svg.text).toContain(said);
  expect(svg.text).not.toMatch(/<script|href="http/);
  const { text } = await site.get('releases/gdp.2026-Q2/');
  expect(text).toMatch(
    /<img src="files\/series\.svg" width="900" height="420" alt="[^"]*同比（%）、环比（%）的折线图/,
  );
  expect(text).toContain('<th scope="row">2026-Q1</th><td>5.6</td><td>1.1</td>');
  const english = (await site.get('en/releases/gdp.2026-Q2/')).text;
  expect(english).toContain('src="../../../releases/gdp.2026-Q2/files/series.svg"');
});

test('figures of two units have a panel each, with its unit, and are never on one axis', async () => {
  expect(panelsOf(['月份', '用电量（亿千瓦时）', '同比增长(%)', '工业用电量（亿千瓦时）'])).toEqual(
    [
      { unit: '亿千瓦时', columns: [0, 2] },
      { unit: '%', columns: [1] },
    ],
  );
  site = await testSite('2026-07-20T10:00:00+08:00');
  const staged = await site.stage('gdp.2026-Q2', {
    attachments: [
      asset(
        '月份,用电量（亿千瓦时）,同比增长（%）\n2026-04,812,4.2\n2026-05,845,5.1\n2026-06,901,6\n',
      ),
    ],
  });
  await site.press.flip((await site.press.prepare(site.clock.now(), [staged])).edition);
  const svg = (await site.get('releases/gdp.2026-Q2/files/series.svg')).text;
  expect(XMLValidator.validate(svg)).toBe(true);
  // Each axis starts near its own figures: 800 stands beside the one, 6 beside the other.
  for (const label of ['>亿千瓦时<', '>%<', '>800<', '>6<']) expect(svg).toContain(label);
  expect((await site.get('releases/gdp.2026-Q2/')).text).toContain('width="900" height="670"');
});

test.each([
  ['one column', '季度\n2025-Q3\n2025-Q4\n'],
  ['one row', '季度,值\n2025-Q3,1\n'],
  ['words where numbers should be', '季度,值\n2025-Q3,高\n2025-Q4,低\n'],
  ['a row too short', '季度,值\n2025-Q3,1\n2025-Q4\n'],
  ['nothing', ''],
])('no series: %s', (_, text) => {
  expect(seriesOf(Buffer.from(text))).toBeUndefined();
});
