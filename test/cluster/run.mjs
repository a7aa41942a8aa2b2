#!/usr/bin/env node
// `npm run cluster`: mcpa on a real Temporal cluster with PostgreSQL instead of the dev server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../../dist/client/index.js';
import { binaries, SERVER_VERSION } from './binaries.mjs';
import { commands } from './checks/commands.mjs';
import { drop } from './checks/drop.mjs';
import { growth } from './checks/growth.mjs';
import { pace } from './checks/pace.mjs';
import { Machines } from './machines.mjs';
import { startPostgres } from './postgres.mjs';
import { Processes } from './processes.mjs';
import { Temporal } from './temporal.mjs';
import { writeGuide } from './write-guide.mjs';

const CHECKS = { drop, commands, pace, growth };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !(name in CHECKS));
if (values.help || unknown.length > 0) {
  console.log(`npm run cluster [-- ${Object.keys(CHECKS).join(' ')}] [--runs 100] [--write] [--keep]`);
  if (unknown.length > 0) console.error(`there is no ${unknown.join(', ')}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const begun = Date.now();
const note = (line) =>
  console.error(`${String(Math.round((Date.now() - begun) / 1000)).padStart(4)} s  ${line}`);
const folder = mkdtempSync(join(tmpdir(), 'mcpa-cluster-'));
const results = {};
const processes = new Processes(folder);
try {
  // Ctrl-C unwinds as an error does.
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'])
      process.on(signal, () => reject(new Error(`ended by ${signal}`)));
  });
  await Promise.race([interrupted, session(processes)]);
} catch (error) {
  note(error.stack ?? String(error));
  note(`logs: ${folder}`);
  process.exitCode = 1;
}
await processes.end();
if (process.exitCode !== 1 && !values.keep) rmSync(folder, { recursive: true, force: true });
process.exit();

async function session(processes) {
  const built = await binaries(note);
  const postgres = await startPostgres(processes, folder);
  note(`PostgreSQL ${postgres.version}`);
  const temporal = new Temporal(processes, folder, built, postgres);
  await temporal.schema();
  await temporal.start();
  await temporal.namespace('agents', { stateAttribute: true });
  await temporal.namespace('plain', { stateAttribute: false });
  note(`Temporal ${SERVER_VERSION}: four services, 4 history shards, two namespaces, at ${temporal.address}`);
  const machines = new Machines(processes, folder, temporal);
  note(
    machines.separate
      ? 'each worker in a network namespace of its own'
      : 'no network namespaces here: a TCP proxy for each worker',
  );
  const made = new Map();
  const shared = {
    folder,
    temporal,
    separate: machines.separate,
    file: (name) => join(folder, name),
    async machine(name) {
      if (!made.has(name)) made.set(name, await machines.make(name));
      return made.get(name);
    },
    app: (namespace, queue) =>
      connect({
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          TEMPORAL_ADDRESS: temporal.address,
          TEMPORAL_NAMESPACE: namespace,
          MCPA_TASK_QUEUE: queue,
        },
      }),
  };
  const wanted = positionals.length > 0 ? positionals : Object.keys(CHECKS);
  for (const name of wanted) {
    note(`— ${name}`);
    results[name] = await CHECKS[name]({ session: shared, runs: Number(values.runs), note });
  }
  if (values.write) note(`written: ${writeGuide(results, { postgres, separate: machines.separate })}`);
}
