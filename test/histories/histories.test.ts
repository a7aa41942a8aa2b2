import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleWorkflows } from '../../src/worker/bundle/index.js';

const folder = import.meta.dirname;
const versions = readdirSync(folder).filter((name) => /^\d+\.\d+\.\d+/.test(name));
const cacheDir = mkdtempSync(join(tmpdir(), 'mcpa-histories-'));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }));

test('there are histories of a release', () => {
  expect(versions).not.toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: the JSON of a history
const events = (text: string): any[] => JSON.parse(text).events;

describe.each(versions)('C12: runs of mcpa %s', (version) => {
  const dir = join(folder, version);
  const files = readdirSync(dir).filter((name) => name.endsWith('.json.gz'));
  const read = (file: string) => gunzipSync(readFileSync(join(dir, file))).toString();
  let codePath: string;
  // A child's id holds that of its parent.
  const replay = (text: string) =>
    Worker.runReplayHistory(
      { workflowBundle: { codePath } },
      historyFromJSON(JSON.parse(text)),
      events(text)[0].workflowExecutionStartedEventAttributes.workflowId,
    );

  beforeAll(async () => {
    ({ codePath } = await bundleWorkflows({
      projectDir: dir,
      patterns: ['workflows/**/*.ts'],
      options: { defaultTimeoutMs: 600_000, heartbeatMs: 1_000, retry: {} },
      cacheDir,
      onWarning: () => undefined,
    }));
  });

  test.each(files)('%s replays on today’s code', async (file) => {
    await replay(read(file));
  });

  test('there is one of each template and each feature, and all are small', () => {
    const all = files.map(read).join('\n');
    for (const template of readdirSync(join(dir, 'workflows')))
      expect(files.some((file) => file.startsWith(`${template}-`))).toBe(true);
    for (const mark of [
      'mcpa.agent',
      'mcpa.pause',
      'mcpa.answer',
      'mcpa-carry',
      'mcpa.generate',
      'mcpa.callTool',
    ])
      expect(all).toContain(`"${mark}"`);
    const bytes = files.reduce((sum, file) => sum + statSync(join(dir, file)).size, 0);
    expect(bytes).toBeLessThan(300_000);
  });

  test('a history with a step of another kind is caught: replaying proves something', async () => {
    const file = files.find((name) => name.includes('PausedWorkflow')) ?? '';
    const changed = events(read(file));
    const step = changed.find((event) => event.activityTaskScheduledEventAttributes);
    step.activityTaskScheduledEventAttributes.activityType.name = 'mcpa.listTools';
    await expect(replay(JSON.stringify({ events: changed }))).rejects.toThrow(DeterminismViolationError);
  });
});
