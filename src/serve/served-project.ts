import type { App } from '../client/index.js';
import type { WorkflowSignature } from '../core/index.js';

/** What is served: the workflows of one project, and the runs of its task queue. */
export interface ServedProject {
  app: App;
  /** Read anew for each request, so that edits show. */
  workflows(): Promise<WorkflowSignature[]>;
  version: string;
  /** Signs what clients bring back with their answers; the same after a restart. */
  stateKey: Uint8Array;
  log(message: string): void;
  /** Takes secrets out of errors. */
  mask?(text: string): string;
  /** This server ends: calls that follow a run say so, and where to find it. */
  closing?: AbortSignal;
  /** Milliseconds until a call says that no worker has taken its run up, and until it ends for that. */
  noWorkerMs?: { tell: number; end: number };
}
