// A deploy that doesn't fit an open run, on a cluster: seen in the list, healed by the rollback.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../processes.mjs';

export async function blocked({ desk, machine, queue, effects, note }) {
  const file = join(machine.dir, 'workflows/travel.ts');
  const fits = readFileSync(file, 'utf8');
  const worker = () => machine.worker({ namespace: desk.namespace, queue, env: { EFFECTS: effects.file } });
  const listed = async () =>
    (await desk.lines('list', '--status', 'blocked')).some((run) => run.workflowId === desk.id('running'));
  writeFileSync(
    file,
    fits
      .replace('await sleep(200)', "await executeChild('AskWorkflow')")
      .replace('{ sleep }', '{ executeChild }'),
  );
  const wrong = await worker();
  const at = Date.now();
  await until('a run that its code does not fit is listed as blocked', listed, 180);
  note(`blocked: listed ${Math.round((Date.now() - at) / 1000)} s after the deploy`);
  await wrong.end();
  writeFileSync(file, fits);
  const right = await worker();
  const healed = Date.now();
  await until('the rollback heals it', async () => !(await listed()), 180);
  note(`blocked: healed ${Math.round((Date.now() - healed) / 1000)} s after the rollback`);
  await right.end();
}
