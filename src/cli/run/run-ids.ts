import type { App } from '../../client/index.js';
import { McpaError } from '../../core/index.js';

/** The run that a command means: an id, a unique prefix of one, `@last`, or the only running run of the queue. */
export async function resolveRun(app: App, given: string | undefined): Promise<string> {
  if (given === '') {
    throw new McpaError('USAGE', 'the id is empty', { hint: 'name the run, or leave the argument out' });
  }
  if (given === undefined) return onlyRunning(app);
  if (given === '@last') return lastRun(app);
  const exact = await app
    .getHandle(given)
    .describe()
    .then(
      () => true,
      (error: unknown) => {
        if ((error as { code?: string }).code === 'RUN_UNKNOWN') return false;
        throw error;
      },
    );
  return exact ? given : byPrefix(app, given);
}

async function lastRun(app: App): Promise<string> {
  const { readLastRun } = await import('../../client/index.js');
  const last = await readLastRun(app.config.projectDir);
  if (last) return last.workflowId;
  throw new McpaError('RUN_UNKNOWN', 'no run was started from this project yet', {
    hint: 'mcpa run <workflow>',
  });
}

async function onlyRunning(app: App): Promise<string> {
  const queue = app.config.temporal.task_queue;
  const ids = await listIds(app, `ExecutionStatus = 'Running' AND TaskQueue = '${quote(queue)}'`);
  if (ids.length === 1 && ids[0] !== undefined) return ids[0];
  if (ids.length === 0) {
    throw new McpaError('RUN_UNKNOWN', `no run is open on task queue ${queue}`, {
      hint: 'name its id, or @last',
    });
  }
  throw new McpaError('RUN_AMBIGUOUS', `several runs are open on task queue ${queue}`, {
    hint: `name one: ${shown(ids)}`,
  });
}

const MIN_PREFIX = 6;

async function byPrefix(app: App, prefix: string): Promise<string> {
  const ids =
    prefix.length < MIN_PREFIX ? [] : await listIds(app, `WorkflowId STARTS_WITH '${quote(prefix)}'`);
  if (ids.length === 1 && ids[0] !== undefined) return ids[0];
  if (ids.length > 1) {
    throw new McpaError('RUN_AMBIGUOUS', `several runs begin with "${prefix}"`, {
      hint: `name one: ${shown(ids)}`,
    });
  }
  throw new McpaError(
    'RUN_UNKNOWN',
    `no run with id "${prefix}" in namespace "${app.config.temporal.namespace}"`,
    {
      hint: 'check the id (a prefix needs six characters), or use @last for the run last started from this project',
    },
  );
}

async function listIds(app: App, query: string): Promise<string[]> {
  const { NO_HOSTS } = await import('../../client/index.js');
  const ids = new Set<string>();
  for await (const run of app.open.client.workflow.list({
    query: `${query} AND ${NO_HOSTS}`,
    pageSize: 20,
  })) {
    ids.add(run.workflowId);
    if (ids.size > 10) break;
  }
  return [...ids];
}

const quote = (text: string) => text.replaceAll("'", "''");
const shown = (ids: string[]) => ids.slice(0, 10).join(', ') + (ids.length > 10 ? ', …' : '');
