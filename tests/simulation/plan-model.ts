// The plan as the people of a history mean it, and the files that they write. What was promised is
// judged by this, not by how production reads the files. Not for what they do to it: acts.ts.

/** One release as its people mean it. */
export interface Planned {
  readonly id: string;
  readonly notice: boolean;
  readonly due: number;
  readonly was?: number | undefined;
  readonly reason?: string | undefined;
  readonly cancelled: boolean;
  readonly provisional: boolean;
  readonly immediate: boolean;
  readonly channels: readonly string[];
  readonly approval: 'none' | 'one' | 'three';
  /** Milliseconds, whole minutes. */
  readonly lead: number;
  readonly grace: number;
  readonly window: number;
}

/** Everything that stands in the plan folder at a time. */
export interface PlanModel {
  readonly version: number;
  readonly releases: ReadonlyMap<string, Planned>;
  /** A slip of the pen: no YAML any more. */
  readonly broken: boolean;
  /** The year's file is somewhere else. */
  readonly away: boolean;
  /** `year:` says another. */
  readonly wrongYear: boolean;
}

const MINUTE = 60_000;

/** As the plan writes instants, in Beijing. */
export function local(at: number): string {
  return new Date(at + 8 * 60 * MINUTE).toISOString().slice(0, 19).replace('T', ' ');
}

function settingsOf(one: Planned): string[] {
  const length = (ms: number): string => `${Math.round(ms / MINUTE)}m`;
  return [
    `channels: [${one.channels.join(', ')}]`,
    `lead: ${length(one.lead)}`,
    `grace: ${length(one.grace)}`,
    `window: ${length(one.window)}`,
    `approval: ${one.approval}`,
  ];
}

function dateOf(one: Planned): string[] {
  return [
    `at: ${local(one.due)}`,
    ...(one.was === undefined ? [] : [`was: ${local(one.was)}`]),
    ...(one.reason === undefined ? [] : [`reason: ${one.reason}`]),
    ...(one.cancelled ? ['cancelled: true'] : []),
    ...(one.provisional ? ['provisional: true'] : []),
    ...(one.immediate ? ['immediate: true'] : []),
  ];
}

/** The name that letters say. */
export function nameOf(id: string): string {
  return `指标${(id.split('.')[0] ?? id).toUpperCase()}`;
}

/** The files of the plan folder. */
export function filesOf(model: PlanModel): Map<string, string> {
  const files = new Map<string, string>();
  const all = [...model.releases.values()];
  const indicators = all
    .filter((one) => !one.notice)
    .map((one) => {
      const id = one.id.split('.')[0] ?? one.id;
      return `  ${id}: { name: { zh: ${nameOf(one.id)} }, frequency: A, due: { date: 12-30 }, dates: { "2025": { ${dateOf(one).join(', ')} } }, ${settingsOf(one).join(', ')} }`;
    });
  const notices = all
    .filter((one) => one.notice)
    .map(
      (one) =>
        `  ${one.id}: { name: { zh: ${nameOf(one.id)} }, ${[...dateOf(one), ...settingsOf(one)].join(', ')} }`,
    );
  const text = [
    `# v${model.version}`,
    'plan: 模拟计划',
    'timezone: Asia/Shanghai',
    `year: ${model.wrongYear ? 2062 : 2026}`,
    'announced: 2025-12-26',
    ...(indicators.length > 0 ? ['indicators:', ...indicators] : []),
    ...(notices.length > 0 ? ['notices:', ...notices] : []),
    ...(model.broken ? ['indicators: [', '  : :'] : []),
  ].join('\n');
  if (!model.away) files.set('2026.yaml', `${text}\n`);
  files.set(
    '2027.yaml',
    'plan: 模拟计划二\ntimezone: Asia/Shanghai\nyear: 2027\nannounced: 2025-12-27\nindicators:\n  zzz: { name: { zh: 明年指标 }, frequency: A, due: { date: 12-30 } }\n',
  );
  return files;
}

/** Which model a plan in force was written from, by its files. */
export function versionIn(texts: readonly string[]): number | undefined {
  const found = texts.map((text) => /^# v(\d+)/.exec(text)?.[1]).find((one) => one !== undefined);
  return found === undefined ? undefined : Number(found);
}
