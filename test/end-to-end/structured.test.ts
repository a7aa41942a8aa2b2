import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from '../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../worker/llm/fixtures/streams.js';
import { Project } from './project.js';

const SCRIPT = `
conversations:
  fits:
    - json: { city: Oslo, people: 700000 }
  not-json:
    - say: I would say Oslo.
    - when: { contains: "it is not JSON" }
      json: { city: Oslo }
  zod:
    - json: { stars: five, why: good }
    - when: { matches: "does not fit the schema: stars: .*number" }
      json: { stars: 5, why: good }
  never:
    - when: { matches: "." }
      say: No.
  adder:
    - tools: [{ tool: add_all, args: { numbers: [1, 2, 3] } }, { tool: breaks, args: {} }]
    - say: "{{result.0}} and {{result.1}}"
  forked:
    - say: "first: {{last}}"
    - say: "second: {{last}}"
    - say: "third: {{last}}"
turns:
  - say: "{{last}}"
`;

const SCHEMAS = `
import { Agent } from 'mcpa/workflow';
import { z } from 'zod';

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
const Rating = z.object({ stars: z.number().int().max(5), why: z.string().optional() });

export async function JsonSchemaWorkflow(agentName: string): Promise<unknown> {
  await using agent = new Agent({ name: agentName, instruction: 'Name a city.' });
  return agent.generateStructured('Which city?', city);
}

export async function ZodWorkflow(): Promise<number> {
  await using agent = new Agent({ name: 'zod', instruction: 'Rate.' });
  const rating = await agent.generateStructured('How good?', Rating);
  return rating.stars;
}
`;

const AGENTS = `
import { Agent, tool } from 'mcpa/workflow';
import { z } from 'zod';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export async function ImageWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'eyes', instruction: 'Look.', model: 'anthropic:claude-test' });
  return agent.generateStr([
    { type: 'text', text: 'What is this?' },
    { type: 'image', data: pixel, mimeType: 'image/png' },
  ]);
}

export async function LocalToolWorkflow(): Promise<string> {
  await using agent = new Agent({
    name: 'adder',
    instruction: 'Add.',
    tools: [
      tool({
        name: 'add_all',
        description: 'Adds numbers',
        schema: z.object({ numbers: z.array(z.number()) }),
        run: ({ numbers }: { numbers: number[] }) => numbers.reduce((sum, number) => sum + number, 0),
      }),
      tool({
        name: 'breaks',
        schema: { type: 'object', properties: {} },
        run: () => {
          throw new Error('broken on purpose');
        },
      }),
    ],
  });
  return agent.generateStr('Add 1, 2 and 3');
}

export async function ForkWorkflow(): Promise<string[]> {
  await using agent = new Agent({ name: 'forked', instruction: 'Answer.' });
  const first = await agent.generateStr('a');
  await using left = agent.fork();
  await using right = agent.fork();
  const both = await Promise.all([left.generateStr('b'), right.generateStr('c')]);
  return [first, ...both, await agent.generateStr('d'), await left.generateStr('e')];
}

export async function ServerWorkflow(): Promise<unknown> {
  await using agent = new Agent({ name: 'direct', instruction: 'Use the server.', serverNames: ['fixture'] });
  const tools = await agent.listTools();
  const resource = await agent.readResource('fixture://greeting');
  const item = await agent.readResource('fixture://item/7');
  const prompt = await agent.getPrompt('greet', { name: 'Ada' });
  const sum = await agent.callTool('fixture', 'add', { a: 2, b: 3 });
  const failed = await agent.callTool('fixture', 'fail');
  return { tools: tools.map(({ server, name }) => server + '.' + name), resource, item, prompt, sum, failed };
}
`;

/** A workflow whose agent is closed at the end of a block; types only where the language has them. */
const disposing = (name: string, typed: boolean) => `
import { Agent } from 'mcpa/workflow';
export async function ${name}(input${typed ? ': string' : ''})${typed ? ': Promise<string>' : ''} {
  let kept${typed ? ': Agent | undefined' : ''};
  let said = '';
  {
    await using agent = new Agent({ name: 'scoped', instruction: 'Echo.' });
    kept = agent;
    said = await agent.generateStr(input);
  }
  return kept.generateStr('after').then(() => 'still open', (error) => said + ', ' + error.message);
}
`;

let project: Project;
let provider: ProviderServer;

beforeAll(async () => {
  provider = await startProviderServer();
  project = await Project.create();
  project.write(
    'mcp_agent.config.yaml',
    `
execution_engine: temporal
mcp:
  servers:
    fixture: { command: node, args: ["{{fixtures}}/modern-server.mjs"] }
model: scripted
scripted: { script: script.yaml }
anthropic: { base_url: "${provider.url}", api_key: test-key }
`,
  );
  project.write('script.yaml', SCRIPT);
  project.write('workflows/schemas.ts', SCHEMAS);
  project.write('workflows/agents.ts', AGENTS);
  project.write('workflows/one.ts', disposing('TsWorkflow', true));
  project.write('workflows/two.mts', disposing('MtsWorkflow', true));
  project.write('workflows/three.js', disposing('JsWorkflow', false));
  project.write('workflows/four.mjs', disposing('MjsWorkflow', false));
  await project.worker();
});
beforeEach(() => {
  provider.requests.length = 0;
});
afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  await provider?.close();
});

async function run(workflow: string, ...args: string[]): Promise<string> {
  const finished = await project.mcpa(['run', workflow, ...args]).done;
  expect(finished.status, finished.stderr).toBe(0);
  return finished.stdout.trim();
}

test('a JSON Schema: the answer as a value', async () => {
  expect(JSON.parse(await run('JsonSchemaWorkflow', 'fits'))).toEqual({ city: 'Oslo', people: 700000 });
});

test('an answer that is no JSON is asked for again, with the reason', async () => {
  expect(JSON.parse(await run('JsonSchemaWorkflow', 'not-json'))).toEqual({ city: 'Oslo' });
});

test('zod: validated, asked for again with what does not fit', async () => {
  expect(await run('ZodWorkflow')).toBe('5');
});

test('after two re-asks the run fails with StructuredOutputError', async () => {
  const finished = await project.mcpa(['run', 'JsonSchemaWorkflow', 'never']).done;
  expect(finished.status).toBe(1);
  expect(finished.stderr).toContain('never: it is not JSON');
  expect(finished.stderr.match(/● never turn/g)).toHaveLength(3);
});

test('an image in a message reaches the provider', async () => {
  provider.reply(anthropicStream(['A pixel.']));
  expect(await run('ImageWorkflow')).toBe('A pixel.');
  const { messages } = provider.requests[0]!.body as {
    messages: Array<{ content: Array<Record<string, unknown>> }>;
  };
  expect(messages[0]?.content).toMatchObject([
    { type: 'text', text: 'What is this?' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png' } },
  ]);
});

test('local tools: deterministic code, and an error that the model reads', async () => {
  expect(await run('LocalToolWorkflow')).toBe('6 and broken on purpose');
});

test('fork: each goes its own way from where they parted', async () => {
  expect(JSON.parse(await run('ForkWorkflow'))).toEqual([
    'first: a',
    'second: b',
    'second: c',
    'second: d',
    'third: e',
  ]);
});

test('listTools, readResource, getPrompt and callTool without the model', async () => {
  const result = JSON.parse(await run('ServerWorkflow'));
  expect(result.tools).toEqual(expect.arrayContaining(['fixture.echo', 'fixture.add', 'fixture.slow']));
  expect(result.resource.contents).toMatchObject([{ uri: 'fixture://greeting', text: 'hello' }]);
  expect(result.item.contents).toMatchObject([{ text: 'item 7' }]);
  expect(result.prompt.messages).toMatchObject([
    { role: 'user', content: { type: 'text', text: 'Greet Ada' } },
  ]);
  expect(result.sum).toMatchObject({ content: [{ type: 'text', text: '5' }], structuredContent: { sum: 5 } });
  expect(result.failed).toMatchObject({ content: [{ type: 'text', text: 'no luck' }], isError: true });
});

test.each(['TsWorkflow', 'MtsWorkflow', 'JsWorkflow', 'MjsWorkflow'])(
  '`await using` closes the agent: %s',
  async (name) => {
    expect(await run(name, 'hello')).toBe('hello, agent scoped is closed');
  },
);
