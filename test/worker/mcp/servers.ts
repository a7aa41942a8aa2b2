import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { McpServerConfig } from '../../../src/config/types.js';
import { createMcpPool, type McpPool, type McpPoolOptions } from '../../../src/worker/mcp/index.js';

export const repository = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export function stdioServer(script: string, extra: Partial<McpServerConfig> = {}): McpServerConfig {
  return serverConfig({ transport: 'stdio', command: 'node', args: [fixture(script)], ...extra });
}

export function serverConfig(extra: Partial<McpServerConfig>): McpServerConfig {
  return {
    transport: 'stdio',
    args: [],
    env: {},
    cwd: repository,
    headers: {},
    session: 'stateless',
    protocol: 'auto',
    optional: false,
    roots: [],
    ...extra,
  };
}

export interface LogLine {
  level: string;
  message: string;
  fields?: object;
}

export interface TestPool {
  pool: McpPool;
  log: LogLine[];
  /** Calls a tool and gives the text of its answer. */
  text(server: string, tool: string, args?: object, extra?: object): Promise<string>;
}

/** A pool that is closed when its test has ended. */
export function openPool(
  servers: Record<string, McpServerConfig>,
  options: Partial<McpPoolOptions> = {},
): TestPool {
  const log: LogLine[] = [];
  const pool = createMcpPool({
    servers,
    log: (level, message, fields) => log.push({ level, message, ...(fields ? { fields } : {}) }),
    clientInfo: { name: 'mcpa-test', version: '1.0.0' },
    ...options,
  });
  onTestFinished(() => pool.close());
  const text: TestPool['text'] = async (server, tool, args = {}, extra = {}) => {
    const { content } = await pool.callTool({ ...toolCall(server, tool, args), ...extra });
    return content[0]?.type === 'text' ? content[0].text : JSON.stringify(content);
  };
  return { pool, log, text };
}

export function toolCall(server: string, tool: string, args: object = {}) {
  return {
    server,
    tool,
    arguments: args as never,
    idempotencyKey: 'key-1',
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    onProgress() {},
  };
}

/** Starts a fixture that prints its URL, until its test has ended. */
export async function startHttp(
  script: string,
  env: Record<string, string> = {},
): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [fixture(script)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
    child.once('exit', () => reject(new Error(`${script} ended`)));
  });
  return { url, process: child };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mcpa-mcp-'));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // A zombie answers signals until its new parent has fetched it.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

export async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !condition(); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition}`);
  }
}
