import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { announce, forgetKilled, listen, mayBeHeard } from '../../src/worker/beacon.js';
import { start } from '../end-to-end/processes.js';
import { repository } from '../end-to-end/project.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcpa-beacons-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that says `hello` until it is killed. */
async function another() {
  const module = join(repository, 'dist/worker/beacon.js');
  const code = `const { announce } = await import(${JSON.stringify(module)});
    const { pointer } = await announce(${JSON.stringify(folder)}, '', () => 'hello');
    console.log('at ' + pointer);
    setInterval(() => {}, 1_000);`;
  const command = start(process.execPath, ['--input-type=module', '-e', code], repository, process.env);
  const [, pointer = ''] = await command.output(/at (\S+)/);
  return { command, socket: readFileSync(pointer, 'utf8') };
}

test('what a killed process leaves is found, told at once to who listens, and removed', async () => {
  const { command, socket } = await another();
  const { living, dead } = await listen(folder, '');
  expect([living.map(({ said }) => said), dead]).toEqual([['hello'], []]);
  await command.stop('SIGKILL');
  await living[0]?.gone;
  expect(await listen(folder, '')).toMatchObject({ living: [], dead: [living[0]?.pointer] });
  expect(existsSync(dirname(socket))).toBe(true);
  await forgetKilled(folder);
  expect(existsSync(dirname(socket))).toBe(false);
  expect(await mayBeHeard(folder)).toBe(false);
});

test('what it says is asked anew each time; disposed, it is gone and its pointer stays', async () => {
  let said = 1;
  const beacon = await announce(folder, 'mine-', () => said++);
  await using _ = await announce(folder, 'other-', () => 'other');
  for (const expected of [1, 2]) {
    const { living } = await listen(folder, 'mine-');
    expect(living.map((each) => each.said)).toEqual([expected]);
    for (const each of living) each[Symbol.dispose]();
  }
  await beacon[Symbol.asyncDispose]();
  expect(existsSync(beacon.pointer)).toBe(true);
  expect((await listen(folder, 'mine-')).dead).toEqual([beacon.pointer]);
});

test('a file that is no pointer, or leads elsewhere, harms nothing', async () => {
  const elsewhere = join(folder, 'kept', 'file');
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'wrong'), elsewhere);
  await forgetKilled(folder);
  expect(existsSync(join(folder, 'empty'))).toBe(true);
  expect(existsSync(join(folder, 'wrong'))).toBe(false);
});

test('what speaks another form is heard as nothing', async () => {
  const { createServer } = await import('node:net');
  const path = join(folder, 'socket');
  const server = createServer((socket) => socket.write('not JSON\n')).listen(path);
  await once(server, 'listening');
  const pointers = mkdtempSync(join(tmpdir(), 'mcpa-beacons-'));
  writeFileSync(join(pointers, 'odd'), path);
  const { living } = await listen(pointers, '');
  expect(living.map(({ said }) => said)).toEqual([undefined]);
  for (const each of living) each[Symbol.dispose]();
  server.close();
  rmSync(pointers, { recursive: true });
});
