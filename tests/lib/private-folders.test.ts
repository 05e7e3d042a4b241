// Who else on the machine may look at what is not public yet.
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeFolders, openFolders } from '../../src/lib/private-folders.ts';
import { stage } from '../../src/publish/stage.ts';
import { watched } from '../helpers/alarm.ts';
import { GDP, never, on } from '../helpers/bureau.ts';
import { testDesk } from '../helpers/desk.ts';
import { temporary } from '../helpers/folder.ts';

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);

test('folders that an earlier version left open are closed at start; the content folder is named', async () => {
  const root = temporary('private');
  const [content, own] = [join(root, 'content'), join(root, 'var')];
  for (const name of ['versions', 'published', 'site/staged', 'site/editions']) {
    await mkdir(join(own, name), { recursive: true });
    await chmod(join(own, name), 0o755);
  }
  await mkdir(content, { mode: 0o755 });
  await chmod(content, 0o755);
  expect(
    (await openFolders({ content, var: own })).map((path) => path.slice(root.length + 1)),
  ).toEqual(['content', 'var/versions', 'var/published', 'var/site/staged', 'var/site/editions']);
  await closeFolders(own);
  expect(
    (await openFolders({ content, var: own })).map((path) => path.slice(root.length + 1)),
  ).toEqual(['content']);
  // A web server of another account still comes to what is public.
  expect(
    await Promise.all(
      ['versions', 'site', 'site/editions', 'site/staged', 'site/shelf'].map((name) =>
        modeOf(join(own, name)),
      ),
    ),
  ).toEqual(['700', '755', '711', '711', '711']);
});

test('a text that is saved at the desk, its versions and what is staged of it are nobody else’s', async () => {
  const bureau = await watched('2026-07-19T12:00:00+08:00');
  const desk = await testDesk(bureau);
  try {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    for (const body of ['第一稿', '第二稿'])
      await wang.fill(`/desk/content/${GDP}`, {
        title: '标题',
        summary: '摘要',
        author: '',
        source: '',
        weibo: '',
        body,
      });
    await bureau.rounds.restage();
    await bureau.rounds.reconcile();
    await stage(bureau.app.publishDeps, on('website'), never);
    expect(await bureau.state(on('website'))).toBe('staged');
    const content = join(bureau.folder, 'content', 'gdp');
    const others = async (path: string): Promise<number> => (await stat(path)).mode & 0o007;
    expect(await others(content)).toBe(0);
    expect(await others(join(content, '2026-Q2'))).toBe(0);
    expect(await others(join(content, '2026-Q2', 'release.md'))).toBe(0);
    expect(await others(join(bureau.folder, 'var', 'versions', GDP))).toBe(0);
    expect(await modeOf(join(bureau.folder, 'var', 'site', 'staged', GDP))).toBe('711');
  } finally {
    await desk.close();
    await bureau.close();
  }
});
