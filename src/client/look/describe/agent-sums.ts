import {
  addUsage,
  type CallToolInput,
  type CallToolOutput,
  FAILURE,
  type GenerateInput,
  type GenerateOutput,
  NO_TOTALS,
  type RunTotals,
  WIRE,
} from '../../../core/index.js';
import type { ActivityEnd, LoggedActivity } from '../activity-log.js';
import { rounded } from '../list/run-summary.js';

/** How often an agent called a tool. */
export interface ToolSum {
  server: string;
  tool: string;
  calls: number;
  /** Calls whose result was an error that the model read. */
  errors: number;
  /** Calls that ended without a result. */
  failed: number;
}

/** What one agent of one run has used, as its calls in history add up. */
export interface AgentSum extends RunTotals {
  agent: string;
  /** The run whose agent it is: that of the description, or a child. */
  workflowId: string;
  tools: ToolSum[];
}

/** Adds up model and tool calls from their activities, as the run's own record does. */
export class AgentSums {
  #total: RunTotals = NO_TOTALS;
  readonly #agents = new Map<string, AgentSum>();
  /** Requests that were never sent, by call: each is a retry of the call that succeeds. */
  readonly #notSent = new Map<string, number>();

  constructor(private readonly workflowId: string) {}

  get total(): RunTotals {
    return rounded(this.#total);
  }

  agents(): AgentSum[] {
    return [...this.#agents.values()].map(rounded);
  }

  take(activity: LoggedActivity, end: ActivityEnd): void {
    if (activity.name === WIRE.generate) {
      if (end.how === 'completed')
        this.#modelCall(activity.input as GenerateInput, end.result as GenerateOutput);
    } else if (activity.name === WIRE.callTool) {
      this.#toolCall(activity.input as CallToolInput, activity.once, end);
    }
  }

  #modelCall({ agent }: GenerateInput, { usage, attempt = 1 }: GenerateOutput): void {
    this.#add(agent, { turns: 1, toolCalls: 0, retries: attempt - 1, usage });
  }

  #toolCall({ agent, callId, server, tool }: CallToolInput, once: boolean, end: ActivityEnd): void {
    const key = `${agent}/${callId}`;
    const notSent = this.#notSent.get(key) ?? 0;
    if (end.how === 'failed' && once && end.failureType === FAILURE.toolNotSent) {
      this.#notSent.set(key, notSent + 1);
      return;
    }
    this.#notSent.delete(key);
    // The run asks a person, and calls again.
    if (end.how === 'failed' && end.failureType === FAILURE.approvalRequired) return;
    // All rounds of a call that asks are one, the last; a task's is its end.
    if (end.how === 'completed' && isUnfinished(end.result as CallToolOutput)) return;
    const sum = this.#tool(agent, server, tool);
    if (end.how !== 'completed') {
      sum.failed += 1;
      return;
    }
    const { attempt = 1, isError } = end.result as CallToolOutput;
    sum.calls += 1;
    if (isError) sum.errors += 1;
    this.#add(agent, { ...NO_TOTALS, toolCalls: 1, retries: notSent + attempt - 1 });
  }

  #agent(agent: string): AgentSum {
    const known = this.#agents.get(agent);
    if (known) return known;
    const fresh = { agent, workflowId: this.workflowId, ...NO_TOTALS, tools: [] };
    this.#agents.set(agent, fresh);
    return fresh;
  }

  #tool(agent: string, server: string, tool: string): ToolSum {
    const { tools } = this.#agent(agent);
    const known = tools.find((sum) => sum.server === server && sum.tool === tool);
    if (known) return known;
    const fresh = { server, tool, calls: 0, errors: 0, failed: 0 };
    tools.push(fresh);
    tools.sort((a, b) => `${a.server}.${a.tool}`.localeCompare(`${b.server}.${b.tool}`));
    return fresh;
  }

  #add(agent: string, more: RunTotals): void {
    this.#total = sumTotals(this.#total, more);
    Object.assign(this.#agent(agent), sumTotals(this.#agent(agent), more));
  }
}

function isUnfinished({ asks, task }: CallToolOutput): boolean {
  return asks !== undefined || task !== undefined;
}

export function sumTotals(a: RunTotals, b: RunTotals): RunTotals {
  return {
    turns: a.turns + b.turns,
    toolCalls: a.toolCalls + b.toolCalls,
    retries: a.retries + b.retries,
    usage: addUsage(a.usage, b.usage),
  };
}
