import {
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { Agent, tool, waitForHumanInput } from 'mcpa/workflow';

const shelf = { instruction: '', serverNames: ['shelf'] };

/** Compaction, parallel and failing tool calls; the history grows past `move_at_kb`, so that the agent moves. */
export async function ReadingWorkflow(): Promise<string[]> {
  await using agent = new Agent({ name: 'reader', ...shelf });
  const first = await agent.generateStr('read');
  await using other = agent.fork();
  return [first, ...(await Promise.all([agent.generateStr('go on'), other.generateStr('or not')]))];
}

/** Two calls that wait for a person: one approved, one refused. */
export async function ApprovalWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'burner', ...shelf });
  return agent.generateStr('burn both');
}

/** A tool that asks a person, and one that asks the agent's model. */
export async function AskingToolWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'lender', ...shelf });
  return agent.generateStr('lend one, guess the other');
}

/** A tool that goes on as a task, which asks once. */
export async function TaskWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'binder', instruction: '', serverNames: ['binder'] });
  return agent.generateStr('bind it');
}

export async function QuestionWorkflow(): Promise<string[]> {
  const asked = waitForHumanInput('which?', { choices: ['this', 'that'] });
  const late = waitForHumanInput('nobody answers', { timeout: '100ms', default: 'never mind' });
  return Promise.all([asked, late]);
}

/** Paused by signal in the middle of its steps. */
export async function PausedWorkflow(): Promise<number> {
  const agent = new Agent({ name: 'stepper', ...shelf });
  for (let n = 1; n <= 3; n++) {
    await agent.callTool('shelf', 'page', { n });
    await sleep(300);
  }
  return 3;
}

/** An answer that came early, and the totals, go over to the run that continues. */
export async function ChainWorkflow(round: number): Promise<string> {
  const agent = new Agent({ name: 'chained', instruction: '' });
  if (round > 0) return `${await agent.generateStr('last')} ${await waitForHumanInput('and?')}`;
  let go = false;
  setHandler(defineSignal('go'), () => {
    go = true;
  });
  await agent.generateStr('first');
  await condition(() => go);
  return continueAsNew<typeof ChainWorkflow>(1);
}

/** Asked again after a wrong answer. */
export async function StructuredWorkflow(): Promise<boolean> {
  const agent = new Agent({ name: 'judge', instruction: '' });
  const schema = { type: 'object', properties: { good: { type: 'boolean' } }, required: ['good'] } as const;
  return ((await agent.generateStructured('is it?', schema)) as { good: boolean }).good;
}

/** A tool of the workflow's own, and a model that asks a person. */
export async function OwnToolWorkflow(): Promise<string> {
  const shout = tool({
    name: 'shout',
    schema: { type: 'object', properties: { text: { type: 'string' } } },
    run: ({ text }: { text: string }) => `${text.toUpperCase()}!`,
  });
  await using agent = new Agent({ name: 'shouter', instruction: '', tools: [shout], humanInput: true });
  return agent.generateStr('shout');
}

export async function FailingWorkflow(): Promise<void> {
  const agent = new Agent({ name: 'plain', instruction: '' });
  throw new Error(`broken after ${await agent.generateStr('try')}`);
}

export async function ParentWorkflow(): Promise<boolean> {
  return executeChild(StructuredWorkflow);
}
