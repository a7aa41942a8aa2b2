import type { ProviderServer } from '../../worker/llm/fixtures/provider-server.js';
import { fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { continueAsNew, condition, defineSignal, setHandler } from '@temporalio/workflow';

export async function AskWorkflow(input: string, model?: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: 'Answer.', serverNames: ['fixture'], ...(model ? { model } : {}),
    requestParams: { context: 'none' } });
  return agent.generateStr(input);
}

/** One agent is refused while the other has more to do. */
export async function TwoWorkflow(): Promise<string[]> {
  const ask = async (name: string) => {
    await using agent = new Agent({ name, instruction: '', serverNames: ['fixture'] });
    return agent.generateStr('I am ' + name);
  };
  return Promise.all([ask('first'), ask('second')]);
}

export async function CrowdWorkflow(agents: number): Promise<string[]> {
  return Promise.all(Array.from({ length: agents }, async (_, n) => {
    await using agent = new Agent({ name: 'crowd', instruction: '' });
    return agent.generateStr('one of many: ' + n);
  }));
}

/** Goes on as a new run while its agent waits at the gate. */
export async function ChainWorkflow(round: number): Promise<string> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  const agent = new Agent({ name: 'chained', instruction: '' });
  const answer = agent.generateStr('round ' + round);
  const done = await Promise.race([answer, condition(() => go).then(() => undefined)]);
  if (done === undefined) await continueAsNew<typeof ChainWorkflow>(round + 1);
  return done ?? '';
}
`;

/** A project whose models are a provider on loopback, by both SDKs. */
export function providerProject(provider: ProviderServer, more = '', temporal = ''): Promise<Project> {
  return fixtureProject(providerConfig(provider, more, temporal), WORKFLOWS, 'turns: [{ say: unused }]');
}

export function providerConfig(provider: ProviderServer, more = '', temporal = ''): string {
  return `
execution_engine: temporal
temporal: { heartbeat_seconds: 1${temporal} }
mcp:
  servers:
    fixture:
      command: node
      args: ["{{fixtures}}/modern-server.mjs"]
      env: { FIXTURE_LOG: "\${PROJECT}/effects.log" }
model: anthropic:claude-test
anthropic: { base_url: "${provider.url}", api_key: key-of-a-test }
openai: { base_url: "${provider.url}/v1", api_key: key-of-a-test, api: responses }
${more}`;
}
