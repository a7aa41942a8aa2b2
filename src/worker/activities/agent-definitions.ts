import { ApplicationFailure } from '@temporalio/activity';
import { type AgentDefinitionsInput, type AgentDefinitionsOutput, utf8Length } from '../../core/index.js';
import { runSettings, type Services } from './services.js';

/** The engine takes no result over 2 MB, and would have the activity repeated for ever. */
const MAX_BYTES = 1_800_000;

/** All agents of the config, for the run to record. */
export async function agentDefinitions(
  services: Services,
  input: AgentDefinitionsInput,
): Promise<AgentDefinitionsOutput> {
  const { agents } = services;
  const bytes = utf8Length(JSON.stringify(agents));
  if (bytes > MAX_BYTES) {
    throw ApplicationFailure.nonRetryable(
      `the ${agents.length} agents of the config have ${bytes} bytes, a run can record ${MAX_BYTES}: name fewer files in agents.search_paths`,
      'mcpa.AgentsTooLarge',
    );
  }
  return input.wantSettings ? { agents, settings: runSettings(services) } : { agents };
}
