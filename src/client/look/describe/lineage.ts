import { NO_TOTALS, type RunTotals } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { grpcCode } from '../../errors.js';
import { rounded } from '../list/run-summary.js';
import { pastEvents } from '../past-events.js';
import { type AgentSum, sumTotals } from './agent-sums.js';
import { RunFacts } from './run-facts.js';

/** The sums of a run, over the runs that it continues and over its children. */
export interface RunSums {
  /** With children. */
  totals: RunTotals;
  /** Without them: the numbers that `list` shows. */
  own: RunTotals;
  agents: AgentSum[];
  /** What runs before have used whose history is gone or was not read; part of both. */
  earlier?: RunTotals;
  /** Children whose history is gone: nothing of theirs is in the sums. */
  gone: string[];
}

interface Run {
  workflowId: string;
  runId: string;
}

/** Runs before this one that are read for their agents; the totals of those before come with the run itself. */
const CHAIN = 50;
const PARALLEL = 4;
const NOT_FOUND = 5;

/** Reads one run's history; undefined when the engine has it no more. */
export async function readFacts(open: OpenClient, run: Run): Promise<RunFacts | undefined> {
  const facts = new RunFacts(run.workflowId);
  try {
    for await (const event of pastEvents(open, run)) facts.take(event);
  } catch (error) {
    if (grpcCode(error) === NOT_FOUND) return undefined;
    throw error;
  }
  return facts;
}

/** Adds up a run whose own history was read already. */
export async function sumRun(open: OpenClient, run: Run, facts: RunFacts): Promise<RunSums> {
  const seen = new Set([run.runId]);
  const chain = await chainBefore(open, run, facts, seen, false);
  const children = await sumChildren(open, chain, seen);
  const own = totalOf(chain);
  return {
    own: rounded(own.totals),
    totals: rounded(children.reduce((sum, child) => sumTotals(sum, child.totals), own.totals)),
    agents: merged([...agentsOf(chain), ...children.flatMap((child) => child.agents)]),
    ...(own.earlier && { earlier: rounded(own.earlier) }),
    gone: children.flatMap((child) => child.gone),
  };
}

/** The run and those it continues, oldest first. A child's failed attempts count: they were paid for. */
async function chainBefore(open: OpenClient, run: Run, facts: RunFacts, seen: Set<string>, retries: boolean) {
  const chain = [facts];
  for (let current = facts; chain.length < CHAIN; ) {
    const previous = current.start?.previous;
    if (!previous || previous.how === 'scheduled' || (previous.how === 'retried' && !retries)) break;
    seen.add(previous.runId);
    const before = await readFacts(open, { workflowId: run.workflowId, runId: previous.runId });
    if (!before) break;
    chain.unshift(before);
    current = before;
  }
  return chain;
}

/** A run is handed what all before it have used: so the sum is exact however far back history goes. */
function totalOf(chain: RunFacts[]): { totals: RunTotals; earlier?: RunTotals } {
  const read = chain.reduce((sum, facts) => sumTotals(sum, facts.sums.total), NO_TOTALS);
  const earlier = chain[0]?.start?.carry?.totals;
  if (!earlier) return { totals: read };
  return { totals: sumTotals(earlier, read), earlier };
}

interface ChildSums {
  totals: RunTotals;
  agents: AgentSum[];
  gone: string[];
}

async function sumChildren(open: OpenClient, chain: RunFacts[], seen: Set<string>): Promise<ChildSums[]> {
  const children = chain.flatMap((facts) => [...facts.children.values()]);
  const sums: ChildSums[] = [];
  for (let from = 0; from < children.length; from += PARALLEL) {
    const batch = children.slice(from, from + PARALLEL);
    sums.push(...(await Promise.all(batch.map((child) => sumChild(open, child, seen)))));
  }
  return sums;
}

/** A child and all that it became, from its newest run back. */
async function sumChild(open: OpenClient, child: Run, seen: Set<string>): Promise<ChildSums> {
  if (seen.has(child.runId)) return { totals: NO_TOTALS, agents: [], gone: [] };
  seen.add(child.runId);
  const run = { ...child, runId: await newestRunId(open, child) };
  const facts = await readFacts(open, run);
  if (!facts) return { totals: NO_TOTALS, agents: [], gone: [child.workflowId] };
  const chain = await chainBefore(open, run, facts, seen, true);
  const below = await sumChildren(open, chain, seen);
  const { totals } = totalOf(chain);
  return {
    totals: below.reduce((sum, each) => sumTotals(sum, each.totals), totals),
    agents: [...agentsOf(chain), ...below.flatMap((each) => each.agents)],
    gone: below.flatMap((each) => each.gone),
  };
}

/** The id may have been used again since; then the chain is followed from its first run. */
async function newestRunId(open: OpenClient, child: Run): Promise<string> {
  const { client, where } = open;
  const newest = await client.workflowService
    .describeWorkflowExecution({
      namespace: where.namespace,
      execution: { workflowId: child.workflowId },
    })
    .catch((error: unknown) => {
      if (grpcCode(error) === NOT_FOUND) return undefined;
      throw error;
    });
  const info = newest?.workflowExecutionInfo;
  if (info?.firstRunId === child.runId) return info.execution?.runId ?? child.runId;
  for (let runId = child.runId; ; ) {
    const facts = await readFacts(open, { ...child, runId });
    if (!facts?.nextRunId) return runId;
    runId = facts.nextRunId;
  }
}

function agentsOf(chain: RunFacts[]): AgentSum[] {
  return chain.flatMap((facts) => facts.sums.agents());
}

/** One sum for each agent of each run, over the runs that it continued in. */
function merged(sums: AgentSum[]): AgentSum[] {
  const byAgent = new Map<string, AgentSum>();
  for (const sum of sums) {
    const key = JSON.stringify([sum.workflowId, sum.agent]);
    const before = byAgent.get(key);
    byAgent.set(key, before ? { ...before, ...sumTotals(before, sum), tools: tools(before, sum) } : sum);
  }
  return [...byAgent.values()].map(rounded);
}

function tools(a: AgentSum, b: AgentSum): AgentSum['tools'] {
  const all = a.tools.map((tool) => ({ ...tool }));
  for (const more of b.tools) {
    const known = all.find((tool) => tool.server === more.server && tool.tool === more.tool);
    if (!known) all.push(more);
    else {
      known.calls += more.calls;
      known.errors += more.errors;
      known.failed += more.failed;
    }
  }
  return all;
}
