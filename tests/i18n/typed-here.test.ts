// Commands in sentences are as they are typed where Banli runs. Not for what each sentence says.
import { expect, test } from 'vitest';
import { COMMAND } from '../../src/i18n/environment.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { asTypedHere } from '../../src/i18n/typed-here.ts';
import { banli } from '../helpers/cli.ts';
import { temporary } from '../helpers/folder.ts';

test('by hand the words are what they are; in a container and beside systemd every command has what stands before it there', () => {
  const zh = messagesFor('zh');
  expect(asTypedHere(zh, 'npx banli')).toBe(zh);
  const inContainer = asTypedHere(zh, COMMAND.container);
  expect(inContainer.command('status gdp.2026-Q2')).toBe(
    'docker compose exec banli banli status gdp.2026-Q2',
  );
  expect(inContainer.acts.expired).toBe(
    '这个链接过期了。请在服务器上运行 docker compose exec banli banli incidents。',
  );
  // Of a function that asks another of its own, and of a sentence in parts.
  expect(inContainer.cli.partHung('web')).toBe(zh.cli.partHung('web'));
  expect(inContainer.plan.tooLarge(1e6)).toEqual(zh.plan.tooLarge(1e6));
  expect(asTypedHere(zh, COMMAND.systemd).command('doctor')).toBe(
    'sudo -u banli node /opt/banli/scripts/banli.mjs --config /opt/banli/config doctor',
  );
});

test('the same in what a command answers', () => {
  const folder = temporary('container');
  const { said } = banli(`${folder}/config`, ['status'], {
    env: { ...process.env, BANLI_CONTAINER: '1' },
  });
  expect(said).toContain('docker compose exec banli banli --config');
  expect(said).not.toContain('npx banli');
});
