import type { Context } from '@temporalio/activity';

/** What a project's activity is told of the run whose call it gives headers for. */
export interface RunIdentity {
  workflowId: string;
  workflowType: string;
}

/** The run of the user's own workflow that an agent's run belongs to. */
export async function ownerOf(client: Context['client'], { workflowId }: RunIdentity): Promise<RunIdentity> {
  const { parentExecution: parent } = await client.workflow.getHandle(workflowId).describe();
  const owner = parent?.workflowId ?? workflowId;
  const { type } = await client.workflow.getHandle(owner).describe();
  return { workflowId: owner, workflowType: type };
}
