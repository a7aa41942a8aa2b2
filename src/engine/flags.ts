export interface EngineFlags {
  port: number;
  uiPort: number;
  ip: string;
  headless?: boolean;
  dbFile?: string;
  namespace?: string[];
  searchAttributes?: Record<string, string>;
}

/** A stock dev server paces itself at 200 ms a turn; with these it is 20 ms (docs/decisions.md). */
const PACE = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'system.enableActivityEagerExecution=true',
];

const DYNAMIC = [
  ...PACE,
  'frontend.WorkflowPauseEnabled=true',
  // `list` sees a run that its code can't replay after the second failure, not the fifth, which comes after half a minute.
  'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2',
];

/** synchronous=OFF is no faster and can corrupt the file when the machine crashes. */
const PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'];

const each = (name: string, values: string[]): string[] => values.flatMap((value) => [name, value]);

/** What a dev server that somebody starts by hand needs to be as fast as mcpa's; the last two want a file. */
export function paceFlags(): { always: string[]; withFile: string[] } {
  return { always: each('--dynamic-config-value', PACE), withFile: each('--sqlite-pragma', PRAGMAS) };
}

export function engineArguments(flags: EngineFlags): string[] {
  const attributes = { McpaState: 'KeywordList', ...flags.searchAttributes };
  return [
    'server',
    'start-dev',
    ...['--ip', flags.ip, '--port', String(flags.port)],
    ...(flags.headless ? ['--headless'] : ['--ui-port', String(flags.uiPort)]),
    ...(flags.dbFile ? ['--db-filename', flags.dbFile, ...each('--sqlite-pragma', PRAGMAS)] : []),
    ...each(
      '--namespace',
      (flags.namespace ?? []).filter((name) => name !== 'default'),
    ),
    ...each('--dynamic-config-value', DYNAMIC),
    ...each(
      '--search-attribute',
      Object.entries(attributes).map(([name, type]) => `${name}=${type}`),
    ),
  ];
}
