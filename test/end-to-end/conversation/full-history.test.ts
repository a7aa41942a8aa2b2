import { expect, onTestFailed, test } from 'vitest';
import type { RunEvent } from '../../../src/client/index.js';
import { clientOf, memoryProject } from './project.js';

/** Four fifths of the engine's 50 MB, and a little. */
const SIGNALS = 46;
const BYTES = 950_000;

test('a run whose history is four fifths full says so, once; the engine tells how full', async () => {
  await using project = await memoryProject();
  await project.worker();
  await using app = await clientOf(project);
  const handle = await app.startWorkflow('SignalledWorkflow');
  onTestFailed(async () => {
    const { raw } = await app.open.client.workflow.getHandle(handle.workflowId).describe();
    console.log(JSON.stringify([raw.workflowExecutionInfo?.historyLength, raw.pendingWorkflowTask]));
  });
  const ballast = 'x'.repeat(BYTES);
  for (let n = 0; n < SIGNALS; n++) await handle.signal('ballast', ballast);
  const told = async (options: { follow: boolean }) => {
    const found: Array<RunEvent & { type: 'history_nearly_full' }> = [];
    for await (const event of handle.events({ live: false, ...options })) {
      if (event.type === 'history_nearly_full') found.push(event);
      if (options.follow && found.length > 0) break;
    }
    return found;
  };
  const [event] = await told({ follow: true });
  expect(event?.bytes).toBeGreaterThanOrEqual(0.8 * 50 * 1024 * 1024);
  expect(event?.bytes).toBeLessThanOrEqual(SIGNALS * (BYTES + 2_000));
  expect(event?.share).toBeCloseTo((event?.bytes ?? 0) / (50 * 1024 * 1024), 2);
  await handle.signal('say', 'done');
  expect(await handle.result()).toBe('done');
  expect(await told({ follow: false })).toEqual([event]);
}, 180_000);
