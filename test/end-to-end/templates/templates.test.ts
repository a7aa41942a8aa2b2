import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesIn } from '../processes.js';
import { type Command, type Project, repository } from '../project.js';
import { replay, scaffold, shell } from './scaffold.js';

const TEMPLATES = join(repository, 'templates');
// Templates of patterns have a test of their own beside this one.
const MINE = ['basic', 'controllable', 'interactive', 'mcp-server-tools', 'production'];

interface Expected {
  result: RegExp;
  /** What a person does meanwhile. */
  meanwhile?: (project: Project, run: Command) => Promise<void>;
  after?: (project: Project) => void;
}

const EXPECTED: Record<string, Expected> = {
  basic: {
    result: /wrote result\.txt/,
    after: (project) => expect(project.read('data/result.txt')).toContain('sample data to process'),
  },
  interactive: {
    result: /^The final text\. \(.*shorter, please/s,
    meanwhile: async (project, run) => {
      await run.output(/Review this draft: A first draft/);
      const answered = await project.mcpa(['answer', '--text', 'shorter, please']).done;
      expect(answered.status, answered.stderr).toBe(0);
    },
  },
  controllable: {
    result: /collect the numbers.*check them.*write the summary/s,
    meanwhile: async (project, run) => {
      await run.output(/ControllableWorkflow|worker/);
      const state = async () => JSON.parse((await project.mcpa(['query', 'state']).done).stdout || '{}');
      await expect.poll(state, { timeout: 20_000 }).toMatchObject({ of: 3 });
      expect((await project.mcpa(['signal', 'pause']).done).status).toBe(0);
      await expect.poll(state, { timeout: 20_000 }).toMatchObject({ paused: true });
      expect((await project.mcpa(['signal', 'resume']).done).status).toBe(0);
    },
  },
  'mcp-server-tools': {
    result: /The warehouse said: 0 pieces of lamp; ordered 10 of lamp\./,
    after: (project) =>
      expect(JSON.parse(project.read('data/warehouse.json')).orders).toMatchObject([
        { article: 'lamp', pieces: 10 },
      ]),
  },
  production: { result: /A briefing: runs survive crashes/ },
};

test('each template is described in a line of `mcpa init --list`', async () => {
  await using project = await scaffold('basic');
  const { stdout } = await project.mcpa(['init', '--list']).done;
  for (const name of readdirSync(TEMPLATES))
    expect(stdout).toMatch(new RegExp(`^${name} +\\S.{20,90}$`, 'm'));
});

test.each(MINE)(
  '%s: type-checks, runs to its result, replays, and its own tests pass',
  { timeout: 120_000 },
  async (name) => {
    await using project = await scaffold(name);
    const types = await shell(project, 'tsc --noEmit').done;
    expect(types.status, types.stdout).toBe(0);
    const { run: line } = JSON.parse(readFileSync(join(TEMPLATES, name, '_template.json'), 'utf8'));
    const { result, meanwhile, after } = EXPECTED[name]!;
    const worker = await project.worker();
    const run = shell(project, `${line} --id ${project.queue}`);
    await meanwhile?.(project, run);
    const { status, stdout, stderr } = await run.done;
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(result);
    after?.(project);
    expect((await worker.stop('SIGTERM')).status).toBe(0);
    await replay(project, project.queue);
    const tests = await shell(project, 'node --test test/*.test.mjs').done;
    expect(tests.status, `${tests.stdout}\n${tests.stderr}`).toBe(0);
    await expect.poll(() => processesIn(project.dir), { timeout: 15_000 }).toEqual([]);
  },
);
