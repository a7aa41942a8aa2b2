import { expect, test } from 'vitest';
import type { App } from '../../src/client/index.js';
import { WorkerWatch } from '../../src/serve/run/worker-watch.js';

/** An engine whose list of pollers names one that polled so many seconds ago: the next number at each look. */
function appOf(...seconds: number[]): { app: App; looks: () => number } {
  let looks = 0;
  const describeTaskQueue = async () => {
    const ago = seconds[Math.min(looks++, seconds.length - 1)] as number;
    return { pollers: [{ lastAccessTime: { seconds: Math.floor(Date.now() / 1_000) - ago } }] };
  };
  const open = { client: { workflowService: { describeTaskQueue } }, where: { namespace: 'default' } };
  const app = { open, config: { temporal: { task_queue: 'q' } } } as unknown as App;
  return { app, looks: () => looks };
}

const times = { tell: 5, end: 10 };

test('a worker that was killed just now still looks alive: it is looked at again, until its poll is old', async () => {
  const { app, looks } = appOf(5, 20, 50, 80);
  const told: string[] = [];
  const error = await new Promise<Error>((resolve) => {
    new WorkerWatch(app, (text) => told.push(text), resolve, times);
  });
  expect(error).toMatchObject({ code: 'NO_WORKER', message: expect.stringMatching(/last poll 8\d s ago/) });
  expect(looks()).toBeGreaterThan(3);
  expect(told).toEqual([]);
});

test('a run that a worker has taken up is looked after no more', async () => {
  const { app, looks } = appOf(80);
  const ended: Error[] = [];
  const watch = new WorkerWatch(
    app,
    () => undefined,
    (error) => ended.push(error),
    times,
  );
  watch[Symbol.dispose]();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([looks(), ended]).toEqual([0, []]);
});

test('workers that poll as versions of which none is current take nothing up: the call ends with the command', async () => {
  const lastAccessTime = { seconds: Math.floor(Date.now() / 1_000) };
  const version = { deploymentName: 'agents', buildId: 'new', workerVersioningMode: 2 };
  const endOf = (pollers: object[], current?: string) => {
    const currentDeploymentVersion = current === undefined ? null : { buildId: current };
    const workflowService = {
      describeTaskQueue: async () => ({ pollers }),
      describeWorkerDeployment: async () => ({
        workerDeploymentInfo: { routingConfig: { currentDeploymentVersion } },
      }),
    };
    const open = { client: { workflowService }, where: { namespace: 'default' } };
    const app = { open, config: { temporal: { task_queue: 'q' } } } as unknown as App;
    return new Promise<Error | undefined>((resolve) => {
      const watch = new WorkerWatch(app, () => undefined, resolve, times);
      setTimeout(() => {
        watch[Symbol.dispose]();
        resolve(undefined);
      }, 200);
    });
  };
  const versioned = { lastAccessTime, deploymentOptions: version };
  expect(await endOf([versioned])).toMatchObject({
    message: 'workers poll as version new of deployment agents, but none is current',
    hint: expect.stringContaining('set-current-version --deployment-name agents --build-id new;'),
  });
  expect(await endOf([versioned], 'old')).toMatchObject({
    message: expect.stringContaining('but current is old, which does not poll'),
  });
  expect(await endOf([versioned], 'new')).toBeUndefined();
  expect(await endOf([versioned, { lastAccessTime }])).toBeUndefined();
});
