// Each rule of the walls, taken away in the simulation alone: without it a history must go wrong,
// or the simulation is blunt. A rule that stands twice, in the ledger's script and before it, is
// taken away in both places. Not for production.
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Workers } from '../../src/publish/deps.ts';
import type { What } from './acts.ts';
import type { Without } from './world.ts';

/** A rule that can be taken away, and the acts that it is there for. */
interface Switch {
  readonly without: Without;
  readonly acts: readonly What['kind'][];
}

/** Leaves out what stands between `-- wall: name.` and the `-- end` of the same depth. */
const wall =
  (...names: readonly string[]) =>
  (text: string): string =>
    names.reduce(
      (left, name) =>
        left.replace(new RegExp(`^( *)-- wall: ${name}\\.[\\s\\S]*?^\\1-- end$`, 'm'), ''),
      text,
    );

const unheeding = (workers: Workers): Workers => ({
  id: workers.id,
  fresh: () => true,
  freshSince: () => 0,
  alive: (id) => workers.alive(id),
  mayBeCalling: (id) => workers.mayBeCalling(id),
});
const unforgetting = (text: string): string => text.replace('made < tonumber(ARGV[18])', 'false');
const neverForgot = (ledger: Ledger): unknown =>
  Object.assign(ledger, { hasForgotten: () => Promise.resolve(false) });

const doubt = [
  'mood',
  'die',
  'freeze',
  'content',
  'retry',
  'publish',
  'crowd',
  'move',
  'settle',
] as const;

export const SWITCHES: Readonly<Record<string, Switch>> = {
  // Nothing before its instant, by the later of two clocks.
  floor: {
    without: { lua: wall('floor'), parts: () => ({ clockLag: () => Promise.resolve(0) }) },
    acts: ['clock', 'die'],
  },
  // No plan brings an instant near without the words for that.
  lowering: {
    without: { lua: wall('lowering'), rules: ['immediate', 'long-past', 'restored-elsewhere'] },
    acts: ['move', 'add', 'put-back'],
  },
  // What goes out is what the plan in force says at the intent.
  plan: {
    without: {
      lua: wall('plan'),
      parts: () => ({ plan: { version: () => '', follow: () => Promise.resolve(false) } }),
    },
    acts: ['cancel', 'channels', 'approval', 'move', 'die', 'freeze', 'slow-redis'],
  },
  approvals: {
    without: { parts: () => ({ approvals: () => Promise.resolve(99) }) },
    acts: ['approval', 'approve', 'content'],
  },
  // What may have gone out is only looked up.
  unsettled: {
    without: {
      lua: (text) =>
        text.replaceAll(/^( *)set\[#set \+ 1\] = 'u'\n *set\[#set \+ 1\] = mark$/gm, '$1'),
    },
    acts: doubt,
  },
  'cannot-tell': {
    without: {
      channel: (channel) => ({
        ...channel,
        lookup: async (call, signal) => {
          const sighting = await channel.lookup(call, signal);
          return sighting.class === 'unknown' ? { class: 'not-public' } : sighting;
        },
      }),
    },
    acts: ['mood', 'crowd', 'content'],
  },
  // A ledger that is younger than a due instant sends nothing for it.
  birth: {
    without: {
      lua: (text) => wall('birth')(unforgetting(text)),
      ledger: neverForgot,
      shown: false,
    },
    acts: ['redis-lost', 'content'],
  },
  // Nor does one that has lost what it acknowledged.
  forgotten: {
    without: { lua: unforgetting, ledger: neverForgot, replicated: false },
    acts: ['failover', 'die'],
  },
  // A worker that may have been taken for dead sends nothing.
  'stale-worker': {
    without: { parts: ({ workers }) => ({ workers: unheeding(workers) }) },
    acts: ['freeze'],
  },
  // A lost job costs a second and not the release.
  poll: { without: { poll: false }, acts: ['queues-emptied', 'queues-lossy', 'die'] },
  // What cannot be told to one is told to another.
  letters: { without: { letters: false }, acts: ['content', 'mood', 'hold'] },
  // What the site has lost is shown again, or told.
  'site-lost': { without: { lost: false }, acts: ['site-lost', 'content'] },
  // What was promised does not vanish from the files without words.
  'year-gone': {
    without: { rules: ['year-gone', 'indicator-gone', 'removed-without-words'], audit: false },
    acts: ['year-away', 'year-wrong', 'remove', 'rename'],
  },
};
