import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLOSED, diagram, STATES, TRANSITIONS } from '../../src/ledger/states.ts';

test('the picture in the docs is the one that the table gives', () => {
  expect(readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8')).toContain(
    diagram(),
  );
});

test('every state can be reached, and every open one can be left', () => {
  const reached = new Set(['planned']);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const { from, to } of TRANSITIONS) if (reached.has(from)) reached.add(to);
  }
  expect([...reached].sort()).toEqual([...STATES].sort());
  for (const state of STATES)
    if (!CLOSED.includes(state))
      expect(TRANSITIONS.some(({ from, to }) => from === state && to !== state)).toBe(true);
});

test('nothing becomes public without an intent or a look at the channel', () => {
  expect(TRANSITIONS.filter(({ to }) => to === 'public').map(({ from }) => from)).toEqual([
    'releasing',
    'doubtful',
  ]);
  expect(TRANSITIONS.filter(({ to }) => to === 'releasing').map(({ from }) => from)).toEqual([
    'armed',
    'releasing',
  ]);
});
