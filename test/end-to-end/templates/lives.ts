import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { connect } from '../../../src/client/index.js';
import { processesIn } from '../processes.js';
import { type Command, type Finished, type Project, repository } from '../project.js';
import type { Expected } from './expected.js';
import { replay, scaffold, shell } from './scaffold.js';

export const TEMPLATES = join(repository, 'templates');

/** The command of a template's first run, as `init` prints it. */
export function firstRun(name: string): string {
  return JSON.parse(readFileSync(join(TEMPLATES, name, '_template.json'), 'utf8')).run;
}

/** A project whose second run has lost its worker. */
interface Orphaned {
  project: Project;
  plain: Finished;
  run: Command;
}

const TIMEOUT = { timeout: 300_000 };

/**
 * Each template from `init` to its result, and once more with its worker killed in the middle. The engine takes ten
 * seconds to notice a dead worker: the first test of the next template runs meanwhile.
 */
export function livesOf(templates: Record<string, Expected>): void {
  const orphaned = new Map<string, Orphaned>();
  const projects: Project[] = [];
  afterAll(async () => {
    for (const project of projects) await project[Symbol.asyncDispose]();
  });

  test.each(Object.entries(templates))(
    '%s: type-checks, runs to its result, and replays',
    TIMEOUT,
    async (name, { result, meanwhile, after, killedIn, others = [] }) => {
      const project = await scaffold(name);
      projects.push(project);
      project.env.MCPA_HEARTBEAT_SECONDS = '1';
      const types = await shell(project, 'tsc --noEmit').done;
      expect(types.status, types.stdout).toBe(0);

      const worker = await project.worker();
      const first = shell(project, `${firstRun(name)} --id ${project.queue}`);
      await meanwhile?.(project, first);
      const plain = await first.done;
      expect(plain.status, plain.stderr).toBe(0);
      expect(plain.stdout).toMatch(result);
      after?.(project);
      await using app = await connect({ cwd: project.dir, env: project.env });
      for (const [workflow, args, expected] of others) {
        const handle = await app.startWorkflow(workflow, ...args);
        expect(JSON.stringify(await handle.result())).toMatch(expected);
        await replay(project, handle.workflowId);
      }
      await replay(project, project.queue);

      renewData(name, project);
      const script = project.read('script.yaml');
      project.write('script.yaml', withDelay(script, killedIn));
      const id = `${project.queue}-killed`;
      const run = shell(project, `${firstRun(name)} --id ${id}`);
      const activities = async () =>
        (
          await app
            .getHandle(id)
            .details()
            .catch(() => undefined)
        )?.activities;
      await expect
        .poll(activities, { timeout: 90_000, interval: 300 })
        .toMatchObject([{ what: `${killedIn.agent}, turn ${killedIn.turn}`, state: 'started' }]);
      await worker.stop('SIGKILL');
      project.write('script.yaml', script);
      orphaned.set(name, { project, plain, run });
    },
  );

  test.each(Object.entries(templates))(
    '%s: the worker killed in the middle; a new one comes to the same result',
    TIMEOUT,
    async (name, { meanwhile, after }) => {
      const { project, plain, run } = orphaned.get(name) as Orphaned;
      const worker = await project.worker();
      await meanwhile?.(project, run);
      const { status, stdout, stderr } = await run.done;
      expect(status, stderr).toBe(0);
      expect(stdout).toBe(plain.stdout);
      after?.(project);
      await replay(project, `${project.queue}-killed`);
      expect((await worker.stop('SIGTERM')).status).toBe(0);
      await expect.poll(() => processesIn(project.dir)).toEqual([]);
    },
  );
}

/** The script with a turn that takes longer than the test lets it. */
function withDelay(text: string, { agent, turn }: Expected['killedIn']): string {
  const script = parse(text);
  const turns = script.conversations?.[agent] ?? script.turns;
  turns[turn - 1].delayMs = 600_000;
  return stringify(script);
}

/** The files of the agents as they were before the first run. */
function renewData(name: string, project: Project): void {
  const data = join(TEMPLATES, name, 'data');
  if (!existsSync(data)) return;
  rmSync(join(project.dir, 'data'), { recursive: true });
  cpSync(data, join(project.dir, 'data'), { recursive: true });
}
