import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mcpaBin, repository } from '../../lib/bench.mjs';
import { historySize } from '../../lib/history.mjs';

const LOOK_MS = 250;
/** Looks at a task: what more of them add, an hour of looks a minute adds as well. */
const FEW = 45;
const MANY = 120;
const LOOKS_AN_HOUR = 60;
const QUESTION_S = 30;

const server = join(repository, 'test/worker/mcp/fixtures/tasking-server.mjs');
const CONFIG = `execution_engine: temporal
mcp:
  servers:
${[FEW, MANY].map((looks) => `    looks_${looks}:\n      command: node\n      args: [${JSON.stringify(server)}]\n      env: { FIXTURE_LOOKS: "${looks}", FIXTURE_POLL: "${LOOK_MS}" }\n`).join('')}
model: scripted
scripted: { script: script.yaml }
`;
const WORKFLOWS = `
import { proxyActivities, sleep } from '@temporalio/workflow';
import { Agent, waitForHumanInput } from 'mcpa/workflow';

const { look } = proxyActivities<{ look(): Promise<boolean> }>({ startToCloseTimeout: 60_000 });

export async function TaskWorkflow(looks: number): Promise<void> {
  const agent = new Agent({ name: 'caller', instruction: '', serverNames: [\`looks_\${looks}\`] });
  await agent.callTool(\`looks_\${looks}\`, 'build');
}

/** As one would write it by hand: a timer and a short activity for each look. */
export async function TimerWorkflow(looks: number): Promise<void> {
  for (let n = 0; n < looks; n++) {
    await sleep(${LOOK_MS});
    await look();
  }
}

export async function QuestionWorkflow(): Promise<void> {
  await waitForHumanInput('Well?');
}
`;

/** What an hour of waiting leaves in history: for a person, and for a task of an MCP server that is looked at. */
export async function waiting(bench) {
  const { address } = await bench.engine();
  const client = await bench.client();
  const worker = await bench.program([mcpaBin, 'worker'], {
    cwd: project(join(bench.dir, 'waiting')),
    env: { TEMPORAL_ADDRESS: address, MCPA_TASK_QUEUE: 'waiting', NO_COLOR: '1' },
  });
  try {
    await worker.until(/ready/);
    const start = (type, ...args) =>
      client.workflow.start(type, { taskQueue: 'waiting', workflowId: `${type}-${args.join()}`, args });
    const size = async ({ workflowId }) => {
      const { historyLength: events } = await client.workflow.getHandle(workflowId).describe();
      return { events, bytes: await historySize(client, workflowId) };
    };
    const looked = async (type, looks) => {
      const handle = await start(type, looks);
      await handle.result();
      return size(handle);
    };
    const perHour = (title, few, many) => {
      const more = (key) => Math.round(((many[key] - few[key]) / (MANY - FEW)) * LOOKS_AN_HOUR);
      return [title, few.events, many.events, more('events'), more('bytes')];
    };
    const [task, tasks, timer, timers] = await Promise.all([
      looked('TaskWorkflow', FEW),
      looked('TaskWorkflow', MANY),
      looked('TimerWorkflow', FEW),
      looked('TimerWorkflow', MANY),
    ]);
    const asking = await start('QuestionWorkflow');
    while ((await size(asking)).events < 4) await sleep(100);
    await sleep(1_000);
    const asked = await size(asking);
    await sleep(QUESTION_S * 1_000);
    const waited = await size(asking);
    await asking.terminate();
    const hour = (key) => Math.round(((waited[key] - asked[key]) / QUESTION_S) * 3_600);
    return [
      {
        title: `What an hour of waiting adds to history; a task is looked at ${LOOKS_AN_HOUR} times in it`,
        columns: [
          'waits for',
          `events after ${FEW} looks`,
          `after ${MANY}`,
          'events an hour',
          'bytes an hour',
        ],
        rows: [
          perHour('a task, followed by mcpa', task, tasks),
          perHour('the same by a timer and an activity for each look', timer, timers),
          ['a question', asked.events, waited.events, hour('events'), hour('bytes')],
        ],
      },
    ];
  } finally {
    await worker.stop();
  }
}

function project(dir) {
  mkdirSync(join(dir, 'workflows'), { recursive: true });
  writeFileSync(join(dir, 'mcp_agent.config.yaml'), CONFIG);
  writeFileSync(join(dir, 'script.yaml'), 'turns: [{ say: hello }]\n');
  writeFileSync(join(dir, 'workflows/waiting.ts'), WORKFLOWS);
  writeFileSync(
    join(dir, 'activities.ts'),
    'export async function look(): Promise<boolean> {\n  return true;\n}\n',
  );
  return dir;
}
