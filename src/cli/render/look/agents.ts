import type { AgentSum, RunDetails } from '../../../client/index.js';
import type { Paint } from '../paint.js';
import { fitTo } from '../width.js';
import { dollars, exact } from './numbers.js';
import { type Column, tableLines } from './table.js';
import type { View } from './view.js';

type Row = Pick<AgentSum, 'agent' | 'turns' | 'toolCalls' | 'retries' | 'usage'> & { run: string };

/** What each agent has used, the sum, and the tools that each called. */
export function agentLines(run: RunDetails, view: View, ink: Paint): string[] {
  const rows: Row[] = run.agents.map((sum) => ({
    ...sum,
    run: sum.workflowId === run.workflowId ? '' : sum.workflowId,
  }));
  if (run.earlier) rows.unshift({ agent: '(earlier runs)', run: '', ...run.earlier });
  if (rows.length === 0) return [];
  rows.push({ agent: 'total', run: '', ...run.totals });
  const withChildren = run.agents.some((sum) => sum.workflowId !== run.workflowId);
  if (withChildren) rows.push({ agent: 'of the run itself', run: '', ...run.own });
  const cut = (line: string) => (view.columns === undefined ? line : fitTo(line, view.columns));
  const tools = run.agents.flatMap((sum) => toolLine(sum, run.workflowId));
  return [
    '',
    ...tableLines(columns(ink), rows, view.columns, ink.dim),
    ...(tools.length > 0 ? ['', ink.dim('tools'), ...tools.map(cut)] : []),
    ...run.gone.map((child) => cut(ink.yellow(`! the history of child ${child} is gone: not in these sums`))),
  ];
}

function columns(ink: Paint): Column<Row>[] {
  const count = (value: number) => (value === 0 ? '' : exact(value));
  return [
    {
      title: 'AGENT',
      value: (row) => row.agent,
      style: (text, row) => (row.agent === 'total' ? ink.bold(text) : text),
    },
    { title: 'CHILD', drop: 3, value: (row) => row.run },
    { title: 'TURNS', right: true, value: (row) => exact(row.turns) },
    { title: 'IN', right: true, value: (row) => exact(row.usage.input) },
    { title: 'OUT', right: true, value: (row) => exact(row.usage.output) },
    { title: 'CACHE READ', right: true, drop: 1, value: (row) => count(row.usage.cacheRead) },
    { title: 'WRITTEN', right: true, drop: 2, value: (row) => count(row.usage.cacheWrite) },
    {
      title: 'COST',
      right: true,
      value: (row) => (row.usage.cost === undefined ? '' : dollars(row.usage.cost)),
    },
    { title: 'TOOLS', right: true, value: (row) => exact(row.toolCalls) },
    { title: 'RETRIES', right: true, value: (row) => exact(row.retries) },
  ];
}

function toolLine({ agent, workflowId, tools }: AgentSum, own: string): string[] {
  if (tools.length === 0) return [];
  const each = tools.map(({ server, tool, calls, errors, failed }) => {
    const bad = [
      errors > 0 ? `${errors} ${errors === 1 ? 'error' : 'errors'}` : '',
      failed > 0 ? `${failed} failed` : '',
    ].filter(Boolean);
    return `${server}.${tool} ${calls}${bad.length > 0 ? ` (${bad.join(', ')})` : ''}`;
  });
  return [`  ${agent}${workflowId === own ? '' : ` of ${workflowId}`}: ${each.join(', ')}`];
}
