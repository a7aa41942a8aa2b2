import { randomUUID } from 'node:crypto';
import type { App } from '../../client/index.js';

type Client = App['open']['client'];

/**
 * A stock dev server lets some twenty tasks pass at once and then twenty a second, two of them a step: it can't make so
 * many steps in less than three seconds. One that makes them in this time has other flags.
 */
const STEPS = 40;
const FAST_MS = 2_400;
/** After these a stock server has spent its burst. */
const SETTLED = 20;
const DEADLINE_MS = 20_000;
/** `CommandType`. */
const SCHEDULE_ACTIVITY = 1;

export interface Pace {
  /** More steps were made than a stock dev server can. */
  fast: boolean;
  stepMs: number;
}

/**
 * The pace of an engine, by a run that has a task queue of its own: a step is an activity and the workflow task after it,
 * both answered here at once, so that what is left is the engine's own time. Undefined when the engine refuses. The
 * run is deleted.
 */
export async function measurePace(client: Client): Promise<Pace | undefined> {
  const { connection } = client;
  const probe = new Probe(client);
  try {
    return await connection.withDeadline(Date.now() + DEADLINE_MS, () => probe.measure());
  } catch {
    return undefined;
  } finally {
    await connection.withDeadline(Date.now() + DEADLINE_MS, () => probe.remove()).catch(() => undefined);
  }
}

class Probe {
  readonly #workflowId = `mcpa-doctor-${randomUUID()}`;
  readonly #identity = 'mcpa doctor';
  readonly #base: { namespace: string; identity: string };
  readonly #taskQueue = { name: this.#workflowId };

  constructor(private readonly client: Client) {
    this.#base = { namespace: client.options.namespace, identity: this.#identity };
  }

  async measure(): Promise<Pace> {
    await this.client.workflowService.startWorkflowExecution({
      ...this.#base,
      workflowId: this.#workflowId,
      workflowType: { name: 'mcpa.doctor' },
      taskQueue: this.#taskQueue,
      requestId: randomUUID(),
      workflowExecutionTimeout: { seconds: (2 * (DEADLINE_MS / 1_000)) as never },
    });
    let taskToken = await this.#workflowTask();
    const steps: number[] = [];
    let total = 0;
    while (steps.length < STEPS && (total < FAST_MS || steps.length <= SETTLED)) {
      const at = performance.now();
      await this.#activity(taskToken, steps.length);
      taskToken = await this.#workflowTask();
      steps.push(performance.now() - at);
      total += steps.at(-1) ?? 0;
    }
    const settled = steps.slice(SETTLED).sort((a, b) => a - b);
    return { fast: total < FAST_MS, stepMs: settled[Math.floor(settled.length / 2)] ?? 0 };
  }

  async remove(): Promise<void> {
    const { namespace } = this.#base;
    const workflowExecution = { workflowId: this.#workflowId };
    await this.client.workflowService.terminateWorkflowExecution({ ...this.#base, workflowExecution });
    await this.client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  }

  async #workflowTask(): Promise<Uint8Array> {
    const { taskToken } = await this.client.workflowService.pollWorkflowTaskQueue({
      ...this.#base,
      taskQueue: this.#taskQueue,
    });
    return taskToken;
  }

  async #activity(taskToken: Uint8Array, step: number): Promise<void> {
    const service = this.client.workflowService;
    const timeout = { seconds: (DEADLINE_MS / 1_000) as never };
    await service.respondWorkflowTaskCompleted({
      ...this.#base,
      taskToken,
      commands: [
        {
          commandType: SCHEDULE_ACTIVITY,
          scheduleActivityTaskCommandAttributes: {
            activityId: String(step),
            activityType: { name: 'mcpa.doctor' },
            taskQueue: this.#taskQueue,
            scheduleToCloseTimeout: timeout,
            startToCloseTimeout: timeout,
          },
        },
      ],
    });
    const task = await service.pollActivityTaskQueue({ ...this.#base, taskQueue: this.#taskQueue });
    await service.respondActivityTaskCompleted({ ...this.#base, taskToken: task.taskToken });
  }
}
