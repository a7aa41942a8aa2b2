import type { App } from '../../client/index.js';
import type { Finding } from './checks.js';
import { fastestStep } from './fastest-step.js';

/** Two of an engine's tasks make a step: without mcpa's flags each is 50 ms after the one before. */
const PACED_MS = 60;
/** A model call and a tool call, two tasks each, as measured in docs/decisions.md. */
const STEPS_A_TURN = 2;

/**
 * A dev server that was started without mcpa's flags makes every agent ten times slower than it need be. Its flags
 * can't be read: that workflow pause is switched on tells mcpa's own, others are measured. Clusters are left alone.
 */
export async function enginePace({ open }: App, address: string): Promise<Finding | undefined> {
  const { workflowService } = open.client;
  const { namespace } = open.client.options;
  const cluster = await workflowService.getClusterInfo({});
  if (cluster.persistenceStore !== 'sqlite') return undefined;
  const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
  const check = 'pace';
  if (namespaceInfo?.capabilities?.workflowPause)
    return { check, state: 'good', message: "the local engine has mcpa's flags" };
  const ms = await fastestStep(open.client);
  if (ms === undefined) return undefined;
  const turn = Math.round((ms * STEPS_A_TURN) / 10) * 10;
  if (ms < PACED_MS) return { check, state: 'good', message: `the engine needs about ${turn} ms for a turn` };
  const { paceFlags } = await import('../../engine/index.js');
  const { always, withFile } = paceFlags();
  return {
    check,
    state: 'note',
    message: `${address} is a dev server that mcpa did not start: it paces agents, about ${turn} ms for a turn of which 20 would do`,
    fix: `stop it and use mcpa server start, or start it with ${always.join(' ')} (and with --db-filename: ${withFile.join(' ')})`,
  };
}
