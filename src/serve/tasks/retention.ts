import type { App } from '../../client/index.js';

const known = new WeakMap<App, Promise<number | undefined>>();

/** How long the engine keeps a closed run, in milliseconds; undefined where it doesn't tell. */
export function retentionMs(app: App): Promise<number | undefined> {
  let retention = known.get(app);
  if (!retention) {
    retention = ask(app);
    known.set(app, retention);
  }
  return retention;
}

async function ask(app: App): Promise<number | undefined> {
  const { client, where } = app.open;
  const answer = await client.workflowService
    .describeNamespace({ namespace: where.namespace })
    .catch(() => undefined);
  const seconds = Number(String(answer?.config?.workflowExecutionRetentionTtl?.seconds ?? 0));
  return seconds > 0 ? seconds * 1_000 : undefined;
}
