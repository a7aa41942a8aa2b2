import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mcpaBin, repository } from '../lib/bench.mjs';
import { Child } from '../lib/child.mjs';
import { echoServer } from '../lib/peers.mjs';
import { streamingProvider } from '../peers/streaming-provider.mjs';

const QUEUE = 'bench-tail';
const STEPS = 40;
const WORDS = 300;
const EVERY_MS = 20;
const TAILS = 20;
/** What a person takes for "at once": the goal for one tail. */
const AT_ONCE_MS = 250;

const CONFIG = (url) => `execution_engine: temporal
mcp:
  servers:
    fixture: { command: node, args: ["${echoServer}"] }
model: anthropic:bench
anthropic: { base_url: "${url}", api_key: none }
`;

const WORKFLOWS = `import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

async function begun(): Promise<Agent> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  await condition(() => go);
  return new Agent({ name: 'one', instruction: '', serverNames: ['fixture'] });
}
export async function StepsWorkflow(steps: number): Promise<void> {
  const agent = await begun();
  for (let n = 0; n < steps; n++) await agent.callTool('fixture', 'echo', { text: 'x' });
}
export async function TalkWorkflow(): Promise<string> {
  return (await begun()).generateStr('talk');
}
`;

/** What `tail` adds: to an event until its line, to a token until it shows, and to the engine when many watch. */
export async function tail(bench) {
  const provider = await streamingProvider({ words: WORDS, everyMs: EVERY_MS });
  const { address, pid } = await bench.engine();
  const dir = join(bench.dir, 'tail-project');
  mkdirSync(join(dir, 'workflows'), { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(dir, 'mcp_agent.config.yaml'), CONFIG(provider.url));
  writeFileSync(join(dir, 'workflows', 'tail.ts'), WORKFLOWS);
  symlinkSync(join(repository, 'node_modules'), join(dir, 'node_modules'));
  const env = { ...process.env, TEMPORAL_ADDRESS: address, MCPA_TASK_QUEUE: QUEUE, NO_COLOR: '1' };
  const worker = new Child([mcpaBin, 'worker'], { cwd: dir, env });
  const client = await bench.client();
  const peers = {
    ours: (id) => new Child([mcpaBin, 'tail', id, '--json'], { cwd: bench.dir, env }),
    theirs: (id) =>
      new Child([join(repository, 'bench/peers/follow-script.mjs'), address, id], { cwd: repository }),
  };
  const names = { ours: 'mcpa tail --json', theirs: 'hand-written long poll' };
  let runs = 0;
  /** A run, followed by so many of one side from before its first step; lines with the time of their arrival. */
  const follow = async (side, count, workflow, args) => {
    const workflowId = `tail-${side}-${++runs}`;
    const handle = await client.workflow.start(workflow, { taskQueue: QUEUE, workflowId, args });
    const followers = Array.from({ length: count }, () => arrivals(peers[side](workflowId)));
    await Promise.all(followers.map(({ child }) => child.until(/"cursor"/)));
    await sleep(500);
    const went = Date.now();
    const cpu = cpuMs(pid);
    await handle.signal('go');
    await handle.result();
    const spent = { cpuMs: cpuMs(pid) - cpu, ms: Date.now() - went };
    await Promise.all(followers.map(({ child }) => child.done));
    const lines = followers.flatMap((each) => each.lines).filter(({ time }) => Date.parse(time) >= went);
    return { lines, ...spent };
  };
  try {
    await worker.until(/ready/);
    await follow('ours', 1, 'StepsWorkflow', [STEPS]);
    const events = [];
    const tokens = [];
    const cost = [];
    for (let n = 0; n < bench.rounds; n++) {
      const round = { events: {}, cost: {} };
      for (const side of n % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']) {
        const { lines } = await follow(side, 1, 'StepsWorkflow', [STEPS]);
        round.events[side] = lines
          .filter(({ cursor }) => cursor)
          .map(({ at, time }) => at - Date.parse(time));
        const { cpuMs: cpu, ms } = await follow(side, TAILS, 'TalkWorkflow', []);
        round.cost[side] = (cpu / ms) * 60;
      }
      events.push(round.events);
      cost.push(round.cost);
      const { lines } = await follow('ours', 1, 'TalkWorkflow', []);
      tokens.push(lines.filter(({ type }) => type === 'token').map(({ at, text }) => at - newest(text)));
    }
    const line = (title, of) => ({
      title: `event to line, ${title}`,
      unit: 'ms',
      goal: { max: 1.5 },
      peers: names,
      rounds: events.map(({ ours, theirs }) => ({ ours: of(ours), theirs: of(theirs) })),
    });
    const goal = { ours: 'mcpa tail --json, newest token', theirs: 'goal' };
    return [
      line('p50', quantile(0.5)),
      line('p95', quantile(0.95)),
      {
        title: 'token to line, p95, one tail',
        unit: 'ms',
        digits: 0,
        goal: { max: 1 },
        peers: goal,
        rounds: tokens.map((delays) => ({ ours: quantile(0.95)(delays), theirs: AT_ONCE_MS })),
      },
      {
        title: `engine CPU, ${TAILS} tails of a run that streams`,
        unit: 's/min',
        goal: { max: 5 },
        peers: names,
        rounds: cost,
      },
    ];
  } finally {
    await worker.stop();
    await provider.close();
  }
}

/** Lines of a child as they come in. */
function arrivals(child) {
  const lines = [];
  let rest = '';
  child.process.stdout.on('data', (text) => {
    const at = Date.now();
    const whole = (rest + text).split('\n');
    rest = whole.pop();
    for (const line of whole) lines.push({ ...JSON.parse(line), at });
  });
  return { child, lines };
}

/** The time in the last whole word. */
const newest = (text) => Number(text.trim().split(' ').at(-1));

const quantile = (share) => (values) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
