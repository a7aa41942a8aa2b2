import { messageLines } from '../../render/look/messages.js';
import { stdoutView } from '../../render/look/view.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';
import { parseCount } from './parse-count.js';

export interface MessagesFlags extends GlobalFlags {
  agent?: string;
  turn?: string;
  full?: boolean;
  runId?: string;
}

/** The conversations of a run, from its history: a worker isn't needed, and closed runs have theirs too. */
export async function messagesCommand(id: string | undefined, flags: MessagesFlags): Promise<void> {
  const mode = outputMode();
  const turn = flags.turn === undefined ? undefined : parseCount(flags.turn, '--turn');
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const options = { ...(flags.agent !== undefined && { agent: flags.agent }), ...(turn && { turn }) };
  const messages = await app.getHandle(workflowId, flags.runId).messages(options);
  if (mode.json) {
    printJson({ v: 1, ...messages });
    return;
  }
  const view = { ...stdoutView(mode), full: flags.full === true };
  const lines = messages.conversations.flatMap((each, n) => [
    ...(n > 0 ? [''] : []),
    ...messageLines(each, view),
  ]);
  if (lines.length > 0) printResult(lines.join('\n'));
  else note(mode, `no agent of run ${workflowId} has asked its model yet`);
  if (messages.previousRunId)
    note(mode, `what came before: mcpa messages ${workflowId} --run-id ${messages.previousRunId}`);
  for (const child of messages.children) note(mode, `its child: mcpa messages ${child}`);
}
