import type { Config } from '../../config/index.js';
import { isMcpaError, McpaError } from '../../core/index.js';

/** A name is checked against local files when the project has some; without a project the engine decides. */
export async function checkWorkflowName(name: string, config: Config): Promise<void> {
  if (config.files.length === 0) return;
  const { discoverWorkflows } = await import('../../worker/bundle/source/discover.js');
  const { projectDir, workflows: patterns } = config;
  const found = await discoverWorkflows({ projectDir, patterns }).catch((error: unknown) => {
    if (isMcpaError(error) && /^no workflow file was found/.test(error.message)) return [];
    throw error;
  });
  if (found.length === 0 || found.some((workflow) => workflow.name === name)) return;
  const names = found.map((workflow) => workflow.name);
  throw new McpaError('WORKFLOW_UNKNOWN', `no workflow "${name}" in ${config.projectDir}`, {
    hint: `this project has: ${names.join(', ')}`,
  });
}
