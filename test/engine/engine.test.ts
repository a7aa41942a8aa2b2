import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, engineStatus, findEngine, shareEngine, startEngine } from '../../src/engine/index.js';
import { isAlive } from '../../src/engine/process/groups.js';
import { type Holder, startHolder } from './holder.js';

let binary: string;
let project: string;
const holders: Holder[] = [];

beforeAll(async () => {
  binary = (await findEngine()).path;
});
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'mcpa-engine-'));
});
afterEach(async () => {
  for (const { child } of holders.splice(0)) child.kill('SIGKILL');
  rmSync(project, { recursive: true, force: true });
});
const dbFile = () => join(project, '.mcpa', 'temporal.db');

describe('startEngine', () => {
  test('answers with its namespace and search attribute at once; status knows it; stop ends it', async () => {
    const engine = await startEngine({ binary, port: 0, dbFile: dbFile(), namespace: ['team'] });
    try {
      const connection = await Connection.connect({ address: engine.address });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({
        namespace: 'team',
      });
      expect(Object.keys(customAttributes)).toContain('McpaState');
      await new Client({ connection, namespace: 'team' }).workflow.start('none', {
        taskQueue: 'none',
        workflowId: 'one',
        searchAttributes: { McpaState: ['paused'] },
      });
      await connection.close();
      expect((await fetch(engine.uiUrl)).ok).toBe(true);
      expect(await engineStatus(project)).toMatchObject({
        running: true,
        pid: engine.pid,
        address: engine.address,
        projectDir: project,
        dbFile: dbFile(),
        dbBytes: expect.any(Number),
      });
    } finally {
      await engine.stop();
    }
    await engine.exited;
    expect(isAlive(engine.pid)).toBe(false);
    expect(await engineStatus(project)).toMatchObject({ running: false });
    expect(await answers(engine.address)).toBe(false);
  });

  test('a port in use, and a database in use, are explained', async () => {
    const engine = await startEngine({ binary, port: 0, dbFile: dbFile(), headless: true });
    try {
      await expect(startEngine({ binary, port: engine.port })).rejects.toMatchObject({
        code: 'PORT_IN_USE',
        message: expect.stringContaining(String(engine.port)),
        hint: expect.stringContaining('--port'),
      });
      await expect(startEngine({ binary, port: 0, dbFile: dbFile() })).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        message: expect.stringContaining(engine.address),
      });
    } finally {
      await engine.stop();
    }
  });

  test('an early end shows the last lines of the log', async () => {
    const bad = join(project, 'temporal');
    writeFileSync(bad, '#!/bin/sh\necho "the disk is on fire" >&2\nexit 3\n');
    chmodSync(bad, 0o755);
    await expect(startEngine({ binary: bad, port: 0, dbFile: dbFile() })).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringMatching(/ended with 3\n.*the disk is on fire/),
    });
    expect(readFileSync(join(project, '.mcpa', 'engine.log'), 'utf8')).toContain('fire');
  });

  test('answers: false where nothing or something else listens', async () => {
    expect(await answers('127.0.0.1:1')).toBe(false);
    expect(await answers('not an address')).toBe(false);
  });
});

describe('shareEngine', () => {
  async function sharer(): Promise<Required<Holder>> {
    const holder = (await startHolder(project, binary)) as Required<Holder>;
    holders.push(holder);
    return holder;
  }

  test('two processes share one; the last to release ends it, whichever started it', async () => {
    const [a, b] = await Promise.all([sharer(), sharer()]);
    expect(a.pid).toBe(b.pid);
    expect([a.started, b.started].sort()).toEqual([false, true]);
    const [first, last] = a.started ? [a, b] : [b, a];
    first.child.stdin?.end();
    await first.gone;
    expect(await engineStatus(project)).toMatchObject({ running: true, mode: 'shared' });
    last.child.stdin?.end();
    await last.gone;
    expect(isAlive(a.pid)).toBe(false);
  });

  test('kill -9 of the only user ends the engine; its lease counts for nothing', async () => {
    const a = await sharer();
    const mine = await shareEngine({ projectDir: project, binary, port: 0 });
    a.child.kill('SIGKILL');
    await a.gone;
    await mine.stop();
    // Whoever comes second of this release and the guard of the killed process ends it.
    await expect.poll(() => isAlive(a.pid), { timeout: 8000 }).toBe(false);
    const b = await sharer();
    b.child.kill('SIGKILL');
    await expect.poll(() => isAlive(b.pid), { timeout: 8000 }).toBe(false);
  });

  test('an engine that somebody holds alone is used and left running', async () => {
    const own = await startEngine({ binary, port: 0, dbFile: dbFile(), headless: true });
    const shared = await shareEngine({ projectDir: project, binary: 'not asked', port: 0 });
    expect(shared).toMatchObject({ address: own.address, started: false });
    await shared.stop();
    expect(await answers(own.address)).toBe(true);
    await own.stop();
  });
});
