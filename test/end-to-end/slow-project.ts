import { watch } from 'node:fs';
import { join } from 'node:path';
import { fixtureConfig, fixtureProject } from './fixture-project.js';
import type { Project } from './project.js';

const CONFIG = fixtureConfig({
  more: 'workflow_task_retry_policies: { "*": { maximum_attempts: 5 } }\n',
});

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export async function SlowWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'slow', instruction: 'Be slow.', serverNames: ['fixture'] });
  return agent.generateStr(input);
}

export async function ThrowingWorkflow(): Promise<string> {
  throw new Error('this is a plain error');
}

export async function SignalledWorkflow(): Promise<string> {
  let said = '';
  setHandler(defineSignal<[string]>('say'), (text) => {
    said = text;
  });
  await condition(() => said !== '');
  return said;
}
`;

/** A workflow that takes a step, waits for the signal `go`, and gives `result`. */
export const stagedWorkflow = (step: string, result: string) => `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';

export async function StagedWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'stager', instruction: 'Use tools.', serverNames: ['fixture'] });
  let going = false;
  setHandler(defineSignal('go'), () => {
    going = true;
  });
  ${step}
  await condition(() => going);
  return ${result};
}
`;

/** A project whose model and tool can be caught in the middle of a call. */
export function slowProject(script: string, folder?: 'new' | 'any'): Promise<Project> {
  return fixtureProject(CONFIG, WORKFLOWS, script, folder);
}

/** Resolves when the tool has noted this line outside. */
export async function effect(project: Project, line: string): Promise<void> {
  const file = join(project.dir, 'effects.log');
  const controller = new AbortController();
  await new Promise<void>((resolve) => {
    const check = () => {
      if (project.read('effects.log').includes(line)) resolve();
    };
    watch(file, { signal: controller.signal }, check);
    check();
  });
  controller.abort();
}

export function count(text: string, line: string): number {
  return text.split('\n').filter((candidate) => candidate === line).length;
}
