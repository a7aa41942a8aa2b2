import { type ChildProcess, spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { fixture, isAlive, repository, stdioServer, until } from './servers.js';

const servers = {
  good: stdioServer('modern-server.mjs'),
  hanging: stdioServer('legacy-server.mjs', { env: { FIXTURE_HANG: '1' } }),
};

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'no server outlives a worker ended by %s',
  async (signal) => {
    const host = spawn(process.execPath, [fixture('pool-host.mjs'), JSON.stringify(servers)], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = await firstLine(host);
    expect(pids).toHaveLength(3);
    expect(pids.every(isAlive)).toBe(true);
    host.kill(signal);
    await until(() => !pids.some(isAlive), 5000);
  },
);

async function firstLine(host: ChildProcess): Promise<number[]> {
  return new Promise((resolve, reject) => {
    host.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim().split(' ').map(Number)));
    host.once('exit', () => reject(new Error('the host ended')));
  });
}
