import { beforeEach, expect, inject } from 'vitest';

/** The task queues of all projects this process has made on the suite's engine. */
const queues = new Set<string>();
let attemptBegan = new Date();

export function rememberQueue(queue: string): void {
  queues.add(queue);
}

/** A test that is tried again starts its runs under the same ids: those of the first attempt go. */
export function forgetRunsOfFirstAttempt(): void {
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) > 0) await deleteRunsSince(attemptBegan);
    attemptBegan = new Date();
  });
}

async function deleteRunsSince(time: Date): Promise<void> {
  // Loading the client is the longest part of a small test file.
  const { Client, Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: inject('engine').address });
  const client = new Client({ connection });
  const names = [...queues].map((queue) => `'${queue}'`).join(', ');
  const query = `TaskQueue IN (${names}) AND StartTime >= '${time.toISOString()}'`;
  const left = async () => (await client.workflow.count(query)).count;
  try {
    if (queues.size === 0) return;
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      await client.workflowService.deleteWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: { workflowId, runId },
      });
    }
    await expect.poll(left).toBe(0);
  } finally {
    await connection.close();
  }
}
