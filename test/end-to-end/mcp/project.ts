import { readFileSync } from 'node:fs';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Command, Project } from '../project.js';

const SCRIPT = `
conversations:
  long:
    - when: { equals: begin }
      tools: [{ tool: count, args: { by: 1 } }]
${Array.from({ length: 14 }, () => `    - tools: [{ tool: count, args: { by: 1 } }, { tool: echo, args: { text: "${'x'.repeat(2_000)}" } }]`).join('\n')}
    - tools: [{ tool: count, args: { by: 1 } }]
    - say: "counted {{last}}"
turns:
  - when: { tool: total }
    say: "{{last}}"
  - when: { equals: total }
    tools: [{ tool: total }]
  - when: { matches: "^lost|is lost" }
    say: "told: {{last}}"
  - when: { tool: count }
    say: "{{last}}"
  - when: { contains: add }
    tools: [{ tool: count, args: { by: 1 } }]
`;

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { ApplicationFailure, condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';

function gate(): () => Promise<void> {
  let open = 0;
  setHandler(defineSignal('go'), () => { open += 1; });
  return async () => { await condition(() => open > 0); open -= 1; };
}
const counter = (name = 'counter') => new Agent({ name, instruction: 'Count.', serverNames: ['counter', 'fixture'] });
const textOf = (result: { content: unknown[] }) => (result.content[0] as { text: string }).text;

/** Five calls of a model; two agents side by side after them. */
export async function CountWorkflow(): Promise<{ totals: string[]; who: string; resource?: string }> {
  const agent = counter();
  const totals: string[] = [];
  for (let n = 0; n < 5; n++) totals.push(await agent.generateStr('add'));
  await Promise.all([counter('left').generateStr('add'), counter('right').generateStr('add')]);
  totals.push(await agent.generateStr('total'));
  const { contents } = await agent.readResource('counter://total');
  return { totals, who: textOf(await agent.callTool('counter', 'who')), resource: contents[0]?.text };
}

/** Begins, waits for a word, and tells what its model and its code then see. */
export async function LossWorkflow(): Promise<{ first: string; told: string; other: string; after: string; code: string }> {
  const go = gate();
  const agent = counter();
  const beside = counter('beside');
  const first = await agent.generateStr('add');
  await beside.generateStr('add');
  await go();
  const told = await agent.generateStr('add');
  const other = await beside.generateStr('add');
  const after = await agent.generateStr('add');
  await agent.callTool('counter', 'count', { by: 10 });
  let code = 'nothing was thrown';
  try {
    await agent.callTool('counter', 'crash');
  } catch (error) {
    code = error instanceof ApplicationFailure ? \`\${error.type}: \${error.message}\` : String(error);
  }
  return { first, told, other, after, code };
}

/** An uncaught loss fails the run. */
export async function UncaughtWorkflow(): Promise<void> {
  const agent = counter();
  await agent.callTool('counter', 'count');
  await agent.callTool('counter', 'crash');
}

/** Counts over two runs of one chain. */
export async function ChainWorkflow(round = 1): Promise<string> {
  const agent = counter();
  await agent.callTool('counter', 'count');
  if (round < 3) await continueAsNew<typeof ChainWorkflow>(round + 1);
  return textOf(await agent.callTool('counter', 'total'));
}

/** Its agent moves to a run of its own half-way. */
export async function LongWorkflow(): Promise<string> {
  const agent = new Agent({ name: 'long', instruction: 'Count.', serverNames: ['counter', 'fixture'] });
  await agent.callTool('counter', 'count', { by: 100 });
  const counted = await agent.generateStr('begin');
  return counted + ', ' + textOf(await agent.callTool('counter', 'total'));
}

/** Holds its session until it is told to go. */
export async function HoldingWorkflow(): Promise<string> {
  const go = gate();
  const agent = counter();
  await agent.callTool('counter', 'count');
  await go();
  return textOf(await agent.callTool('counter', 'total'));
}
`;

/** A project with a stateful server, whose log says which process counted what. */
export async function counterProject(server = ''): Promise<Project> {
  const counter =
    server ||
    `command: node\n      args: ["{{fixtures}}/counter-server.mjs"]\n      env: { COUNTER_LOG: "\${PROJECT}/counter.log" }`;
  const project = await fixtureProject(
    fixtureConfig({
      servers: `    counter:\n      session: stateful\n      ${counter}\n`,
      more: 'agents: { move_at_kb: 48 }\n',
    }),
    WORKFLOWS,
    SCRIPT,
  );
  project.write('counter.log', '');
  return project;
}

/** The lines of the counter's log that begin so. */
export function logged(project: Project, word: string): string[] {
  return project
    .read('counter.log')
    .split('\n')
    .filter((line) => line.startsWith(`${word} `));
}

/** The worker that a server process belongs to. */
export function workerOf(pid: number, workers: Command[]): Command {
  const parent = Number(
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  );
  const worker = workers.find(({ child }) => child.pid === parent);
  if (worker === undefined) throw new Error(`process ${pid} has the parent ${parent}`);
  return worker;
}
