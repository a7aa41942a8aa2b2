import { setTimeout as sleep } from 'node:timers/promises';
import { type JsonObject, McpaError, type ToolAsks, type ToolTask } from '../../../core/index.js';
import type { McpPool, ToolCall, ToolResult } from '../types.js';

const CANCEL_MS = 5_000;

/** Follows a call's task in this process, and cancels it when its caller gives up. */
export async function followHere(
  pool: Pick<McpPool, 'getTask' | 'updateTask' | 'cancelTask'>,
  { server, tool, session, signal, onProgress }: ToolCall,
  { id: task, pollMs, timeoutMs }: ToolTask,
  answers: (asks: ToolAsks) => Promise<JsonObject>,
): Promise<ToolResult> {
  const call = { server, tool, task, signal, ...(session === undefined ? {} : { session }) };
  const deadline = Date.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  const answered: string[] = [];
  let told = `goes on as task ${task}`;
  onProgress({ message: told });
  const wait = async (ms: number): Promise<void> => {
    await sleep(Math.min(ms, deadline - Date.now()), undefined, { signal });
    if (Date.now() >= deadline)
      throw new McpaError('MCP_CALL_FAILED', `task ${task} of ${tool} was not done by its deadline`, {
        hint: `mcp.servers.${server}.tasks.timeout_seconds allows more`,
      });
  };
  try {
    await wait(pollMs);
    for (;;) {
      const { result, asked, message, pollMs: next } = await pool.getTask({ ...call, answered });
      if (result !== undefined) return result;
      if (asked !== undefined && 'problem' in asked)
        throw new McpaError('MCP_CALL_FAILED', `the task of ${tool} asked in vain: ${asked.problem}`);
      if (asked !== undefined) {
        const responses = await answers(asked.asks);
        answered.push(...Object.keys(responses));
        await pool.updateTask({ ...call, responses });
      }
      if (message !== undefined && message !== told) onProgress({ message });
      told = message ?? told;
      await wait(next);
    }
  } catch (error) {
    await pool.cancelTask({ ...call, signal: AbortSignal.timeout(CANCEL_MS) }).catch(() => undefined);
    throw error;
  }
}
