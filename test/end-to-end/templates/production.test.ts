import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort, start } from '../processes.js';
import { scaffold } from './scaffold.js';

/** The JSON array after an instruction of the Dockerfile. */
function command(dockerfile: string, instruction: string): string[] {
  const [, list] = new RegExp(`^(?:${instruction})[^[]*(\\[.*\\])$`, 'm').exec(dockerfile) ?? [];
  return JSON.parse(list ?? 'null');
}

test("production: the image's command is ready by its own health check, and drains on SIGTERM", async () => {
  await using project = await scaffold('production');
  const ports: Array<[from: string, to: string]> = [];
  for (const port of ['8080', '9090']) ports.push([port, String(await freePort())]);
  const onFreePorts = (word: string) => ports.reduce((text, [from, to]) => text.replaceAll(from, to), word);
  const dockerfile = project.read('Dockerfile').replaceAll(/\\\n\s*/g, '');
  const [node = '', ...args] = command(dockerfile, 'CMD').map(onFreePorts);
  expect(node).toBe('node');
  const worker = start(process.execPath, args, project.dir, project.env);
  try {
    await worker.output(/ready/i);
    const [, ...check] = command(dockerfile, 'HEALTHCHECK').map(onFreePorts);
    expect((await start(process.execPath, check, project.dir, project.env).done).status).toBe(0);
  } finally {
    expect((await worker.stop('SIGTERM')).status, worker.stderr).toBe(0);
  }
});

test('production: each variable of the compose files is explained, and no secret can be committed or copied', async () => {
  await using project = await scaffold('production');
  const explained = [...project.read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  for (const file of ['compose.yaml', 'compose.cloud.yaml']) {
    const text = project.read(file);
    const used = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
    expect(explained).toEqual(expect.arrayContaining(used));
    const { services } = parse(text);
    const named = Object.values(services).flatMap((service) =>
      Object.keys((service as { depends_on?: object }).depends_on ?? {}),
    );
    expect(Object.keys(services)).toEqual(expect.arrayContaining(named));
    // Longer than the worker's own patience with calls in flight.
    expect(Number.parseInt(services.worker.stop_grace_period, 10)).toBeGreaterThan(20);
  }
  expect(project.read('.gitignore').split('\n')).toEqual(
    expect.arrayContaining(['.env', 'certs/', 'mcp_agent.secrets.yaml']),
  );
  // The image gets what is named, and nothing else.
  const [first, ...rest] = project
    .read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  expect(rest.every((line) => line.startsWith('!') && !/env|secret|cert/.test(line))).toBe(true);
});
