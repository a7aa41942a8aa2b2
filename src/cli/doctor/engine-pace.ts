import type { App } from '../../client/index.js';
import type { Finding } from './checks.js';
import { measurePace } from './measure-pace.js';

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
  const pace = await measurePace(open.client);
  if (pace === undefined) return undefined;
  const turn = Math.round((pace.stepMs * STEPS_A_TURN) / 10) * 10;
  if (pace.fast) return { check, state: 'good', message: `the engine needs about ${turn} ms for a turn` };
  const { paceFlags } = await import('../../engine/index.js');
  const { always, withFile } = paceFlags();
  return {
    check,
    state: 'note',
    message: `${address} is a dev server that mcpa did not start: it paces agents, about ${turn} ms for a turn of which 20 would do`,
    fix: `stop it and use mcpa server start, or start it with ${always.join(' ')} (and with --db-filename: ${withFile.join(' ')})`,
  };
}
