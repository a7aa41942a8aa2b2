// The official conformance suite's server scenarios against `mcpa serve --http`, in a project of its own whose workflows have
// the names that the suite calls: npm run conformance. The suite wants Node 22, which npx brings. It prints what each
// scenario came to, and fails on what conformance-expected.yaml doesn't name; docs/serve.md has the table, with the reasons.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SUITE = '@modelcontextprotocol/conformance@0.1.16';
const bin = resolve(import.meta.dirname, '../bin/mcpa.js');
const dir = mkdtempSync(join(tmpdir(), 'mcpa-conformance-'));
const port = Number(process.env.PORT ?? 8239);

const WORKFLOWS = `
import { Agent, waitForHumanInput } from 'mcpa/workflow';

export const json_schema_2020_12_toolInput = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
};
export async function json_schema_2020_12_tool(input: unknown): Promise<unknown> {
  return input;
}

export async function test_simple_text(): Promise<string> {
  return 'This is a simple text response for testing.';
}
export async function test_error_handling(): Promise<string> {
  throw new Error('This tool intentionally returns an error for testing');
}
export async function test_tool_with_progress(): Promise<string> {
  return new Agent({ name: 'model', instruction: 'Work.' }).generateStr('work');
}
export async function test_elicitation(message: string): Promise<string> {
  return 'User response: ' + (await waitForHumanInput(message));
}
`;

mkdirSync(join(dir, 'workflows'));
writeFileSync(join(dir, 'workflows/suite.ts'), WORKFLOWS);
writeFileSync(
  join(dir, 'mcp_agent.config.yaml'),
  `temporal: { host: "localhost:${port + 1}", task_queue: conformance }\nmodel: scripted\nscripted: { script: script.yaml }\n`,
);
writeFileSync(join(dir, 'script.yaml'), 'turns:\n  - say: done\n');

const server = spawn(process.execPath, [bin, 'serve', '--http', '--port', String(port), '--local'], {
  cwd: dir,
  stdio: ['ignore', 'inherit', 'pipe'],
});
try {
  await new Promise((done, failed) => {
    server.stderr.on('data', (chunk) => {
      process.stderr.write(chunk);
      if (/ready http/.test(chunk)) done();
    });
    server.once('exit', (status) => failed(new Error(`mcpa serve ended with ${status}`)));
  });
  const suite = process.env.CONFORMANCE_COMMAND?.split(' ') ?? [
    'npx',
    '-y',
    '-p',
    'node@22',
    '-p',
    SUITE,
    'conformance',
  ];
  const args = [
    ...suite.slice(1),
    'server',
    '--suite',
    'all',
    '--url',
    `http://127.0.0.1:${port}/mcp`,
    '-o',
    join(dir, 'results'),
    '--expected-failures',
    join(import.meta.dirname, 'conformance-expected.yaml'),
  ];
  const { status } = spawnSync(suite[0], args, { stdio: 'inherit', cwd: dir });
  process.exitCode = status ?? 1;
} finally {
  server.kill('SIGTERM');
  await new Promise((done) => server.once('exit', done));
  rmSync(dir, { recursive: true, force: true });
}
