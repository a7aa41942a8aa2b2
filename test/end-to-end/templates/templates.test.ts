import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Project } from '../project.js';
import { PATTERNS, PROJECTS } from './expected.js';
import { livesOf, TEMPLATES } from './lives.js';

const NAMES = readdirSync(TEMPLATES);

test('each template is described in a line of `mcpa init --list`, and has its tests here', async () => {
  await using project = new Project();
  const { stdout } = await project.mcpa(['init', '--list'], TEMPLATES).done;
  for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^${name} +\\S.{20,90}$`, 'm'));
  expect(Object.keys({ ...PROJECTS, ...PATTERNS }).sort()).toEqual(NAMES.sort());
});

test.each(NAMES)('%s: what it imports and starts is a dependency of its own, or mcpa', (name) => {
  const { dependencies, devDependencies } = JSON.parse(read(name, 'package.json'));
  const has = Object.keys({ ...dependencies, ...devDependencies });
  const sources = (readdirSync(join(TEMPLATES, name), { recursive: true }) as string[])
    .filter((file) => /\.m?[jt]s$/.test(file))
    .map((file) => read(name, file));
  const imported = sources.flatMap((source) =>
    [...source.matchAll(/from '((?:@[^/']+\/)?[^./'][^/']*)/g)].map(([, found = '']) => found),
  );
  // mcpa brings its own copies of Temporal's packages.
  const foreign = imported.filter((each) => !/^(node:.*|@temporalio)/.test(each) && !has.includes(each));
  expect(foreign).toEqual([]);
  const starts = read(name, 'mcp_agent.config.yaml').includes('command: mcp-server-filesystem');
  expect(has.includes('@modelcontextprotocol/server-filesystem')).toBe(starts);
});

livesOf(PROJECTS);

function read(...path: string[]): string {
  return readFileSync(join(TEMPLATES, ...path), 'utf8');
}
