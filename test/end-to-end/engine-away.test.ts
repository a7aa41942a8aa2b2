import { expect, test } from 'vitest';
import { Engines } from './engines.js';
import { freePort } from './processes.js';
import { slowProject } from './slow-project.js';

test('a worker says when its engine stops answering, and when it answers again; it is not ready meanwhile', async () => {
  await using engines = new Engines();
  const [port, health] = [await freePort(), await freePort()];
  const engine = await engines.start(port);
  await using project = await slowProject('turns: []');
  project.env.TEMPORAL_ADDRESS = engine.address;
  const ready = async () => (await fetch(`http://127.0.0.1:${health}/ready`)).status;
  const worker = await project.worker(['--health-port', `${health}`]);
  expect(await ready()).toBe(200);
  process.kill(engine.pid, 'SIGKILL');
  await worker.output(/error: no Temporal server answers at .*; this worker goes on when one does/);
  expect(await ready()).toBe(503);
  await engines.start(port);
  await worker.output(/info: the Temporal server at .* answers again/);
  expect(await ready()).toBe(200);
  const { status, stderr } = await worker.stop('SIGTERM');
  expect(status, stderr).toBe(0);
}, 120_000);
