import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** mcp-agent's own command in a venv of its own, installed on first use; undefined where Python or the network is missing. */
export function pythonPeer(bench) {
  const dir = join(homedir(), '.cache', 'mcpa-bench', 'mcp-agent-0.2.6');
  const command = join(dir, 'bin', 'mcp-agent');
  if (existsSync(command)) return command;
  bench.note('installing mcp-agent 0.2.6 from PyPI into a venv, once');
  const steps = [
    ['python3', ['-m', 'venv', dir]],
    [join(dir, 'bin', 'pip'), ['install', '-q', 'mcp-agent[temporal,openai,cli]==0.2.6', 'mcp<2']],
  ];
  const failed = steps.find(([file, args]) => spawnSync(file, args, { stdio: 'ignore' }).status !== 0);
  if (failed) bench.note(`mcp-agent is left out: ${failed[0]} failed`);
  return failed ? undefined : command;
}
