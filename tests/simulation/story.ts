// A history as a story in plain sentences: what was planned, what happened, what could be seen, and
// what was wrong with it.
import type { Script } from './acts.ts';
import type { Outcome } from './history.ts';
import { local } from './plan-model.ts';

/** @param again how to see it again */
export function storyOf(script: Script, outcome: Outcome, again: string): string {
  const concerned = new Set(outcome.failures.map(({ release }) => release));
  const planned = script.releases
    .filter((one) => concerned.has(one.id))
    .map(
      (one) =>
        `  ${one.id} is to come out at ${local(one.due)} on ${one.channels.join(', ')}; approval ${one.approval}, lead ${one.lead / 60_000} min, grace ${one.grace / 60_000} min, window ${one.window / 60_000} min${one.provisional ? ', provisional' : ''}.`,
    );
  const acts = script.acts.length;
  const relevant = outcome.log.filter(
    (line) =>
      / act | in force| restored /.test(line) ||
      [...concerned].some(
        (id) => line.includes(id) || line.includes(`指标${(id.split('.')[0] ?? id).toUpperCase()}`),
      ),
  );
  return [
    `A story of ${acts} ${acts === 1 ? 'act' : 'acts'} (${again}, script seed ${script.seed}):`,
    ...planned,
    ...relevant.map((line) => `  ${said(line)}`),
    'What was wrong:',
    ...outcome.failures.map(
      ({ wrong, at, release, channel, why }) =>
        `  ${local(at)} ${wrong}: ${release} on ${channel}: ${why}`,
    ),
  ].join('\n');
}

/** Times of a log line as the plan's people read them. */
function said(line: string): string {
  return line.replace(
    /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
    (found) => `${local(Date.parse(found))}${found.slice(19, 23)}`,
  );
}
