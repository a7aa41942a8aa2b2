import { readFileSync } from 'node:fs';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { bundleWorkflows } from '../../../src/worker/bundle/index.js';
import { OPTIONS, Project } from './project.js';

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** One workflow task that ended the run with `result`: replay runs the code and compares the commands. */
function history(type: string, result: string) {
  const time = '2026-01-01T00:00:00Z';
  const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const payload = {
    metadata: { encoding: Buffer.from('json/plain').toString('base64') },
    data: text(result),
  };
  return {
    events: [
      {
        eventId: '1',
        eventTime: time,
        eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
        workflowExecutionStartedEventAttributes: {
          workflowType: { name: type },
          taskQueue: { name: 'q' },
          input: {},
          originalExecutionRunId: '5e0b2a1c-7a3f-4c1e-9a51-0d6f5a0c1b11',
          firstExecutionRunId: '5e0b2a1c-7a3f-4c1e-9a51-0d6f5a0c1b11',
          workflowTaskTimeout: '10s',
          attempt: 1,
        },
      },
      {
        eventId: '2',
        eventTime: time,
        eventType: 'EVENT_TYPE_WORKFLOW_TASK_SCHEDULED',
        workflowTaskScheduledEventAttributes: {
          taskQueue: { name: 'q' },
          startToCloseTimeout: '10s',
          attempt: 1,
        },
      },
      {
        eventId: '3',
        eventTime: time,
        eventType: 'EVENT_TYPE_WORKFLOW_TASK_STARTED',
        workflowTaskStartedEventAttributes: { scheduledEventId: '2', identity: 'w' },
      },
      {
        eventId: '4',
        eventTime: time,
        eventType: 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED',
        workflowTaskCompletedEventAttributes: { scheduledEventId: '2', startedEventId: '3', identity: 'w' },
      },
      {
        eventId: '5',
        eventTime: time,
        eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED',
        workflowExecutionCompletedEventAttributes: {
          result: { payloads: [payload] },
          workflowTaskCompletedEventId: '4',
        },
      },
    ],
  };
}

/** Tells by the result that the file ran, disposed what it had, and saw the options. */
const source = (name: string, typed: boolean) => `
import { seen } from 'mcpa/workflow';
import { workflowInfo } from '@temporalio/workflow';
export async function ${name}() {
  const out${typed ? ': string[]' : ''} = [];
  {
    await using resource = { async [Symbol.asyncDispose]() { out.push('closed'); } };
    out.push(workflowInfo().workflowType);
  }
  if (seen.options.heartbeatMs !== 1000 || out.join() !== '${name},closed') await new Promise(() => {});
  return out.join();
}
`;

test('every kind of source runs in the sandbox', { timeout: 120_000 }, async () => {
  using project = new Project({
    'package.json': '{"type":"commonjs"}',
    'workflows/a.ts': source('TsFlow', true),
    'workflows/b.mts': source('MtsFlow', true),
    'workflows/c.cts': source('CtsFlow', true),
    'workflows/d.tsx': source('TsxFlow', true),
    'workflows/e.js': source('JsFlow', false),
    'workflows/f.mjs': source('MjsFlow', false),
    'workflows/g.cjs': "exports.CjsFlow = async () => require('./deep/h').text + ',closed';\n",
    'workflows/deep/h.js': "exports.text = 'CjsFlow';\n",
    'workflows/module/package.json': '{"type":"module"}',
    'workflows/module/i.js': `import './side';\n${source('ModuleFlow', false)}`,
    'workflows/module/side.js': 'export {};\n',
    // Only its own file is evaluated for a run.
    'workflows/broken.ts': "throw new Error('evaluated');\nexport async function BrokenFlow() {}\n",
  });
  const bundle = await project.bundle();
  expect(project.warnings).toEqual([]);
  const names = bundle.workflows.map(({ name }) => name).filter((name) => name !== 'BrokenFlow');
  expect(names).toHaveLength(8);
  for (const name of names) {
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: bundle.codePath } },
      history(name, `${name},closed`),
    );
  }
  const wrong = Worker.runReplayHistory(
    { workflowBundle: { codePath: bundle.codePath } },
    history('Nothing', ''),
  );
  await expect(wrong).rejects.toThrow();
  expect(readFileSync(bundle.codePath, 'utf8')).toContain('workflows/a.ts');
});

test("mcpa's own sandbox code bundles and loads", { timeout: 120_000 }, async () => {
  using project = new Project({
    'workflows/a.ts': `import { Agent } from 'mcpa/workflow';
export async function Tiny() { return typeof Agent === 'function' ? 'ok' : 'no'; }
`,
  });
  const bundle = await bundleWorkflows({
    projectDir: project.dir,
    patterns: ['workflows/*.ts'],
    options: OPTIONS,
    cacheDir: project.cacheDir,
    onWarning: (message) => project.warnings.push(message),
  });
  expect(project.warnings).toEqual([]);
  // Each run evaluates every module of its workflow: what it doesn't use must not be there.
  const code = readFileSync(bundle.codePath as string, 'utf8');
  expect(code).toContain('workflow/agent/agent.js');
  expect(code).not.toContain('core/patterns/');
  await Worker.runReplayHistory({ workflowBundle: { codePath: bundle.codePath } }, history('Tiny', 'ok'));
});
