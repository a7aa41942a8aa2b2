import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config/index.js';
import type { Bundle } from './bundle/index.js';

/** The version that a worker is, in Temporal's worker deployments. */
export interface DeploymentVersion {
  name: string;
  buildId: string;
}

/** Undefined where workers have no versions. */
export function deploymentVersion({ worker }: Config, { hash }: Bundle): DeploymentVersion | undefined {
  const { deployment } = worker;
  // Enough to tell bundles apart, and short enough to type.
  return deployment && { name: deployment.name, buildId: deployment.build_id ?? hash.slice(0, 16) };
}

/** Pinned: what a run has begun with one code, that code ends. */
export function deploymentOptions(
  version: DeploymentVersion | undefined,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (!version) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName: version.name, buildId: version.buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}
