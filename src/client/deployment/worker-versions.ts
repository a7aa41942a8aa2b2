import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenClient } from '../connection.js';
import { grpcCode, mapConnectionError } from '../errors.js';
import { type OpenRun, openRuns, runOf } from './open-run.js';

const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
/** A version is known some hundred milliseconds after its worker's first poll; a busy machine takes its time. */
const KNOWN_MS = 60_000;
const LOOK_MS = 50;
const PINNED = 1;
/** The server that overrides of the kind `pinned` were tried with; those before have other requests for it. */
const LEAST = [1, 31] as const;

/** A worker deployment of one task queue: which version new runs begin on, and which runs stay on another. */
export class WorkerVersions {
  constructor(
    private readonly open: OpenClient,
    readonly deployment: string,
  ) {}

  /** Whether the engine keeps versions in the way that this counts on. */
  async supported(): Promise<boolean> {
    const { serverVersion } = await this.#service.getSystemInfo({});
    const [major = 0, minor = 0] = (serverVersion ?? '').split('.').map(Number);
    return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  }

  /** The current version's build id; empty where workers without a version are, undefined where no version has ever polled. */
  async current(): Promise<string | undefined> {
    const { namespace } = this.open.where;
    const request = { namespace, deploymentName: this.deployment };
    try {
      const { workerDeploymentInfo: info } = await this.#service.describeWorkerDeployment(request);
      return info?.routingConfig?.currentDeploymentVersion?.buildId ?? '';
    } catch (error) {
      if (grpcCode(error) === NOT_FOUND) return undefined;
      throw mapConnectionError(error, this.open.where);
    }
  }

  /** New runs, and open ones that are not pinned, go to this version from now on; none for an empty build id. */
  async makeCurrent(buildId: string, signal?: AbortSignal): Promise<void> {
    const { namespace } = this.open.where;
    const until = Date.now() + KNOWN_MS;
    for (;;) {
      try {
        await this.#service.setWorkerDeploymentCurrentVersion({
          namespace,
          deploymentName: this.deployment,
          buildId,
          ignoreMissingTaskQueues: true,
        });
        return;
      } catch (error) {
        const code = grpcCode(error);
        const unknownYet = code === NOT_FOUND || code === FAILED_PRECONDITION;
        if (!unknownYet || signal?.aborted || Date.now() > until)
          throw mapConnectionError(error, this.open.where);
        await sleep(LOOK_MS);
      }
    }
  }

  /** The task queue's open runs; with `pinned`, those that stay on a version of this deployment. */
  async runs({ pinned = false } = {}): Promise<OpenRun[]> {
    const found = await openRuns(this.open, this.deployment, pinned);
    return pinned ? found.filter((run) => run.pinnedTo !== undefined) : found;
  }

  /** The run as it is now; undefined when it has ended. */
  run(run: OpenRun): Promise<OpenRun | undefined> {
    return runOf(this.open, this.deployment, run);
  }

  /** The run stays on that version, whatever becomes current. False when it has ended. */
  pin(run: OpenRun, buildId: string): Promise<boolean> {
    const version = { deploymentName: this.deployment, buildId };
    return this.#override(run, { versioningOverride: { pinned: { behavior: PINNED, version } } });
  }

  /** The run goes to the current version. False when it has ended. */
  release(run: { workflowId: string; runId: string }): Promise<boolean> {
    return this.#override(run, {});
  }

  async #override(
    { workflowId, runId }: { workflowId: string; runId: string },
    workflowExecutionOptions: Parameters<
      OpenClient['client']['workflowService']['updateWorkflowExecutionOptions']
    >[0]['workflowExecutionOptions'],
  ): Promise<boolean> {
    try {
      await this.#service.updateWorkflowExecutionOptions({
        namespace: this.open.where.namespace,
        workflowExecution: { workflowId, runId },
        workflowExecutionOptions: workflowExecutionOptions ?? {},
        updateMask: { paths: ['versioning_override'] },
      });
      return true;
    } catch (error) {
      if (grpcCode(error) === NOT_FOUND) return false;
      throw mapConnectionError(error, this.open.where);
    }
  }

  get #service() {
    return this.open.client.workflowService;
  }
}
