import { type AgentDefinitionsOutput, type DefinedAgent, WIRE } from '../../core/index.js';
import { callActivity } from '../calls/calls.js';
import { runState } from '../run-state.js';

/** The config has no agent of that name. */
export class UnknownAgentError extends Error {
  override readonly name = 'UnknownAgentError';

  constructor(
    agent: string,
    /** Names of those that it has. */
    readonly known: string[],
  ) {
    super(
      `there is no agent ${agent} in the config as this run knows it, which has: ${known.join(', ') || 'none'}`,
    );
  }
}

/** An agent of the config, all of which are read once in a run: an edit is for the runs that start after it. */
export async function fromConfig(name: string): Promise<DefinedAgent> {
  const reading = runState.agents ?? read();
  runState.agents = reading;
  const agents = await reading;
  const found = agents.find((agent) => agent.name === name);
  if (found === undefined)
    throw new UnknownAgentError(
      name,
      agents.map((agent) => agent.name),
    );
  return found;
}

function read(): Promise<DefinedAgent[]> {
  return callActivity<AgentDefinitionsOutput>(
    WIRE.agentDefinitions,
    {},
    { summary: 'agents of the config' },
  ).then(
    ({ agents }) => agents,
    (error: unknown) => {
      // A scope that was cancelled; another one may ask again.
      runState.agents = undefined;
      throw error;
    },
  );
}
