import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { startHttp } from '../../worker/mcp/servers.js';
import { counterProject, logged } from './project.js';

test('a session over HTTP: state for one run, ended with it', async () => {
  await using project = await counterProject('url: "${COUNTER_URL}"');
  const counterLog = join(project.dir, 'counter.log');
  const { url } = await startHttp('counter-server.mjs', {
    COUNTER_PORT: '0',
    COUNTER_LOG: counterLog,
  });
  project.env.COUNTER_URL = url;
  const worker = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const runs = await Promise.all([app.startWorkflow('CountWorkflow'), app.startWorkflow('ChainWorkflow')]);
  const [counted, chain] = await Promise.all(runs.map((run) => run.result()));
  expect(counted).toMatchObject({ totals: ['1', '2', '3', '4', '5', '7'], resource: '7' });
  expect(chain).toBe('3');
  const { who } = counted as { who: string };
  await expect.poll(() => logged(project, 'end')).toContain(`end ${who}`);
  await worker.stop();
});
