import { setTimeout as sleep } from 'node:timers/promises';

/** Of a model call or tool call that a fault comes into. */
const LONG_MS = 6_000;
/** Until children of a dead worker are counted. */
const REAPED_MS = 5_000;
/** A second worker that takes longer was started by a machine too busy for a comparison. */
const SLOW_START_MS = 25_000;

const modelFault = (title, plan) => ({
  title,
  async act(scene) {
    await scene.begin('AgentWorkflow', { plan });
    await scene.asked();
    scene.faultNow();
    await scene.follow();
  },
});

const toolFault = (title, misbehave) => ({
  title,
  async act(scene) {
    await scene.begin('AgentWorkflow', { misbehave });
    await scene.acted();
    scene.faultNow();
    await scene.follow();
  },
});

/** Another worker, once the children of the one that was killed are counted: its own come with its first call. */
async function another(scene) {
  await sleep(REAPED_MS);
  scene.seen.childrenLeft = scene.children();
  await scene.worker();
  const ms = Date.now() - scene.seen.faultAt;
  // mcp-agent's limit of a step is 60 s: without a worker for most of that, nothing is compared.
  if (ms > SLOW_START_MS) throw new Error(`the machine took ${seconds(ms)} s to start another worker`);
  scene.seen.note = `another worker was ready after ${seconds(ms)} s`;
}

const seconds = (ms) => (ms / 1_000).toFixed(1);

/** Each does to a scene, whose worker polls, what its title says. */
export const FAULTS = {
  none: modelFault('no fault: two model calls and a tool call', []),
  'none-human': {
    title: 'no fault: a run waits for a person, and gets the answer',
    async act(scene) {
      await scene.begin('AskWorkflow');
      await scene.waits();
      scene.faultNow();
      await scene.handle.signal('provide_human_input', { response: 'yes' });
      await scene.follow(30_000);
    },
  },
  'kill-model': {
    title: 'kill -9 of the worker during a model call; another worker 5 s later',
    async act(scene) {
      await scene.begin('AgentWorkflow', { plan: [{ delayMs: LONG_MS }] });
      await scene.asked();
      await scene.killWorker();
      await Promise.all([another(scene), scene.follow()]);
    },
  },
  'kill-tool': {
    title: 'kill -9 of the worker during a tool call; another worker 5 s later',
    async act(scene) {
      await scene.begin('AgentWorkflow', { misbehave: `slow ${LONG_MS}` });
      await scene.acted();
      await scene.killWorker();
      await Promise.all([another(scene), scene.follow()]);
    },
  },
  'kill-human': {
    title: 'kill -9 of the worker while a run waits for a person; another one; then the answer',
    async act(scene) {
      await scene.begin('AskWorkflow');
      await scene.waits();
      await scene.killWorker();
      await another(scene);
      // From the answer on.
      scene.faultNow();
      await scene.handle.signal('provide_human_input', { response: 'yes' });
      await scene.follow();
    },
  },
  'model-429': modelFault('the model answers 429 with `Retry-After: 2`, twice', [
    { status: 429, headers: { 'retry-after': '2' } },
    { status: 429, headers: { 'retry-after': '2' } },
  ]),
  'model-500': modelFault('the model answers 500, twice', [{ status: 500 }, { status: 500 }]),
  'model-reset': modelFault('the connection of the model breaks in the middle of an answer', [
    { reset: true },
  ]),
  'model-401': {
    title: 'the model refuses the key (401), once; whoever is open 15 s later gets the signal `resume`',
    async act(scene) {
      await scene.begin('AgentWorkflow', { plan: [{ status: 401 }] });
      await scene.asked();
      scene.faultNow();
      await scene.follow(15_000);
      if (scene.last.status !== 'running') return;
      scene.seen.note = 'held until then';
      // It was known at once: nothing that comes later is the first sign of it.
      scene.seen.noticedMs = undefined;
      scene.seen.faultAt = Date.now();
      await scene.handle.signal('resume');
      await scene.follow();
    },
  },
  'tool-dies': toolFault('the MCP server dies in the middle of a call, after it acted', 'die'),
  'tool-garbage': toolFault('the MCP server prints garbage in place of an answer, after it acted', 'garbage'),
  'tool-mute': toolFault('the MCP server never answers a call (limit: 10 s), after it acted', 'mute'),
  'plain-error': {
    title: 'the workflow throws a plain error',
    async act(scene) {
      scene.faultNow();
      await scene.begin('FailingWorkflow');
      await scene.follow(40_000);
    },
  },
  'swapped-deploy': {
    title: 'a deploy with another first step while a run is open; 20 s later the rollback',
    async act(scene) {
      await scene.begin('AgentWorkflow', { plan: [{ delayMs: LONG_MS }] });
      await scene.asked();
      await scene.current.stop();
      scene.faultNow();
      await scene.worker({ swapped: true });
      await scene.follow(20_000);
      scene.seen.note =
        scene.last.status === 'running'
          ? 'open under the new code'
          : `${scene.last.status} under the new code`;
      await scene.current.stop();
      await scene.worker();
      await scene.follow();
    },
  },
  'engine-restart': {
    title: 'kill -9 of the engine during a model call; it is back 3 s later, on its database',
    alone: true,
    async act(scene) {
      await scene.begin('AgentWorkflow', { plan: [{ delayMs: LONG_MS }] });
      await scene.asked();
      await scene.world.restartEngine();
      scene.faultNow();
      await scene.follow();
    },
  },
  'cancel-tool': {
    title: 'the run is cancelled during a tool call of 20 s',
    async act(scene) {
      await scene.begin('AgentWorkflow', { misbehave: 'slow 20000' });
      await scene.acted();
      scene.faultNow();
      await scene.look().then((now) => {
        scene.before = { ...now, events: now.events + 1 };
      });
      await scene.handle.cancel();
      await scene.follow();
      await sleep(REAPED_MS);
      const told = scene.serverWasTold() ? 'was told' : 'was not told';
      scene.seen.note = `5 s later, with the worker alive: ${scene.children()} MCP server running; it ${told} of the cancellation`;
    },
  },
};
