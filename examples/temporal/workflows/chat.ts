import { condition, continueAsNew, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import { Agent, type AgentSnapshot } from 'mcpa/workflow';

/** A chat that never ends: it continues as new before its history is long, and takes the conversation along. */
export async function ChatWorkflow(before?: AgentSnapshot, waiting: string[] = []): Promise<void> {
  setHandler(defineSignal<[string]>('say'), (text) => {
    waiting.push(text);
  });
  const agent = new Agent({ name: 'chat', instruction: 'Chat.' }, before);
  for (;;) {
    await condition(() => waiting.length > 0);
    await agent.generateStr(waiting.shift() as string);
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof ChatWorkflow>(agent.snapshot(), waiting);
  }
}
