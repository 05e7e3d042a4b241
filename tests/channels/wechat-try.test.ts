// An account tried with a draft of no release: `banli doctor --try`.
import { afterEach, expect, test } from 'vitest';
import { makeAsset } from '../../src/content/asset.ts';
import { type Bureau, makeBureau, never } from '../helpers/bureau.ts';
import { ticking } from '../helpers/poll.ts';
import { answerWechat, said } from '../helpers/wechat.ts';

const PNG = makeAsset(
  'cover.png',
  'image/png',
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);
const TEXT = { title: '试验', content: '<p>试验</p>' };

let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});
const tryOut = async (made: Bureau) =>
  ticking(
    made.clock,
    async () =>
      (await made.app.publishDeps.channels.get('wechat')?.tryOut?.(PNG, TEXT, never)) ?? [],
  );

test('a draft is made, read and deleted, its cover too, and nothing is public', async () => {
  bureau = await makeBureau('2026-07-20T09:00:00+08:00');
  const calls = answerWechat(bureau, () => undefined);
  const tried = await tryOut(bureau);
  expect(tried.map(({ call, isOk }) => [call, isOk])).toEqual([
    ['material/add_material', true],
    ['draft/add', true],
    ['draft/get', true],
    ['draft/delete', true],
    ['material/del_material', true],
  ]);
  expect(tried[2]?.said).toContain('"title":"试验"');
  expect(tried[3]?.said).toBe('{"errcode":0,"errmsg":"ok"}');
  expect(calls.filter((path) => /submit|sendall/.test(path))).toEqual([]);
  expect(bureau.sandbox.world.items).toEqual([]);
});

test('what WeChat refuses is told as it says it, and what was made is deleted', async () => {
  bureau = await makeBureau('2026-07-20T09:00:00+08:00');
  answerWechat(bureau, (path) =>
    path === '/cgi-bin/draft/add'
      ? said({ errcode: 48001, errmsg: 'api unauthorized' })
      : undefined,
  );
  const tried = await tryOut(bureau);
  expect(tried.slice(1)).toEqual([
    {
      call: 'draft/add',
      isOk: false,
      said: '{"code":"wechat-48001","detail":"api unauthorized"}',
    },
    { call: 'material/del_material', isOk: true, said: '{"errcode":0,"errmsg":"ok"}' },
  ]);
});
