import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { findEngine } from '../../../dist/engine/index.js';
import { mcpaBin, repository } from '../../lib/bench.mjs';
import { installMcpAgent } from '../../lib/installs.mjs';
import { roundsOf } from '../../lib/stats.mjs';

const SAMPLES = 5;
const run = promisify(execFile);

/** Milliseconds of a whole process; one that fails fails the bench. */
async function time(file, args, options) {
  const started = performance.now();
  await run(file, args, options);
  return performance.now() - started;
}

/** A client command from start to end, against the least that a Node program needs for the same. */
export async function clientCommands(bench) {
  const { address } = await bench.engine();
  const client = await bench.client();
  const id = 'bench-open-run';
  await client.workflow.start('WaitingWorkflow', { taskQueue: 'bench-nobody', workflowId: id });
  await bench.execute(await bench.peer('mcpa'));
  const script = `${repository}/bench/peers/client-script.mjs`;
  const env = { ...process.env, TEMPORAL_ADDRESS: address, NO_COLOR: '1' };
  const mcpa = (...args) => time(process.execPath, [mcpaBin, ...args], { cwd: bench.dir, env });
  const plain = (...args) => time(process.execPath, [script, address, ...args], { cwd: repository });
  const commands = {
    list: { ours: ['list', '--json'], theirs: ['list'] },
    signal: { ours: ['signal', 'say', id, '--input', 'x'], theirs: ['signal', id] },
    describe: { ours: ['describe', id, '--json'], theirs: ['describe', id] },
  };
  const measures = [];
  for (const [name, args] of Object.entries(commands)) {
    measures.push({
      title: `mcpa ${name}`,
      unit: 'ms',
      digits: 0,
      goal: { max: 1.1 },
      peers: { ours: `mcpa ${name}`, theirs: 'hand-written client script' },
      rounds: await roundsOf(bench.rounds, {
        samples: SAMPLES,
        ours: () => mcpa(...args.ours),
        theirs: () => plain(...args.theirs),
      }),
    });
  }
  await beside(bench, { address, env });
  await client.workflow.getHandle(id).terminate('bench is over');
  return measures;
}

/** Other commands' starts, for comparison; no goal hangs on them. */
async function beside(bench, { address, env }) {
  const temporal = (await findEngine({ onProgress: () => undefined })).path;
  const others = {
    'temporal workflow list': [temporal, ['workflow', 'list', '--address', address, '-o', 'json']],
  };
  const venv = await installMcpAgent(bench);
  if (venv) others['mcp-agent --help (Python)'] = [join(venv, 'bin', 'mcp-agent'), ['--help']];
  for (const [name, [file, args]] of Object.entries(others)) {
    if (spawnSync(file, args, { env }).status !== 0) continue;
    const times = [];
    for (let n = 0; n < bench.rounds; n++) times.push(await time(file, args, { env }));
    times.sort((a, b) => a - b);
    bench.note(`${name}: ${times.map((ms) => ms.toFixed(0)).join(' ')} ms`);
  }
}
