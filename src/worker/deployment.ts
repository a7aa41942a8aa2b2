import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config/index.js';
import type { Bundle } from './bundle/index.js';

/** The version that a worker is, in Temporal's worker deployments. */
export interface DeploymentVersion {
  name: string;
  buildId: string;
}

/** Undefined where workers have no versions; `moving` names the deployment of workers whose runs go over. */
export function deploymentVersion(
  { worker }: Config,
  { hash }: Bundle,
  moving?: string,
): DeploymentVersion | undefined {
  const { deployment } = worker;
  // Enough to tell bundles apart, and short enough to type.
  const buildId = hash.slice(0, 16);
  if (deployment) return { name: deployment.name, buildId: deployment.build_id ?? buildId };
  return moving === undefined ? undefined : { name: moving, buildId };
}

/** Pinned: what a run has begun with one code, that code ends. Otherwise it goes to what becomes current. */
export function deploymentOptions(
  version: DeploymentVersion | undefined,
  pinned: boolean,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (!version) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName: version.name, buildId: version.buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: pinned ? 'PINNED' : 'AUTO_UPGRADE',
    },
  };
}
