import type { OpenClient } from '../connection.js';

/** Workers poll as versions of a deployment, and none of these takes new runs. */
export interface IdleVersions {
  deployment: string;
  buildIds: string[];
  /** The version that takes them instead, which doesn't poll; absent: none is current. */
  current?: string;
}

interface Poller {
  deploymentOptions?: {
    deploymentName?: string | null;
    buildId?: string | null;
    workerVersioningMode?: number | null;
  } | null;
}

const VERSIONED = 2;

/** Why these pollers take no new run up; undefined where one of them does, or where the engine doesn't tell. */
export async function idleVersions(
  { client, where: { namespace } }: OpenClient,
  pollers: readonly Poller[],
): Promise<IdleVersions | undefined> {
  const versions = pollers.map(({ deploymentOptions: options }) => ({
    deployment: options?.workerVersioningMode === VERSIONED ? (options.deploymentName ?? '') : '',
    buildId: options?.buildId ?? '',
  }));
  const deployment = versions[0]?.deployment;
  // One without a version takes what no version takes; several deployments on one queue are nothing to judge here.
  if (!deployment || versions.some((version) => version.deployment !== deployment)) return undefined;
  const buildIds = [...new Set(versions.map(({ buildId }) => buildId))];
  const { workerDeploymentInfo: info } = await client.workflowService.describeWorkerDeployment({
    namespace,
    deploymentName: deployment,
  });
  const { currentDeploymentVersion, rampingDeploymentVersion } = info?.routingConfig ?? {};
  const current = currentDeploymentVersion?.buildId;
  const taken = [current, rampingDeploymentVersion?.buildId];
  if (buildIds.some((buildId) => taken.includes(buildId))) return undefined;
  return { deployment, buildIds, ...(current && { current }) };
}

/** What is so, and the command that mends it. */
export function idleText({ deployment, buildIds, current }: IdleVersions): { problem: string; fix: string } {
  const [first = '', ...others] = buildIds;
  const which = current === undefined ? 'none is current' : `current is ${current}, which does not poll`;
  const as = `version${others.length === 0 ? '' : 's'} ${buildIds.join(', ')} of deployment ${deployment}`;
  const buildId = others.length === 0 ? first : 'VERSION';
  return {
    problem: `workers poll as ${as}, but ${which}`,
    fix: `temporal worker deployment set-current-version --deployment-name ${deployment} --build-id ${buildId}`,
  };
}
