import { afterAll, beforeAll, expect, test } from 'vitest';
import { bin, Site } from '../../fetch/site.js';
import { KILLED_MS, PatternProject } from './project.js';

const turn = (reply: string, next: string) =>
  `json: { reply: ${reply}, next: ${next}, reason: "", context: [] }`;
const script = (site: string, delayMs: number) => `
conversations:
  finder:
    - tools: [{ tool: fetch.fetch, args: { url: "${site}" } }]
    - tools: [{ tool: filesystem.write_file, args: { path: found.txt, content: "{{result.0}}" } }]
      delayMs: ${delayMs}
    - say: "Found: {{result.0}}"
  poet:
    - tools: [{ tool: ask_human, args: { question: "Whom is it for?" } }]
    - say: "A poem for {{last}}"
  triage:
    - ${turn('One moment', 'refunds')}
  refunds:
    - tools: [{ tool: note, args: { text: paid back } }]
    - { delayMs: ${delayMs}, ${turn('Paid back', 'done')} }
  classifier:
    - json: { choices: [{ name: track, confidence: high, reason: asks, score: 0.9, entities: [] }] }
      delayMs: ${delayMs}
`;

let site: Site;
let patterns: PatternProject;
const results = new Map<string, Promise<unknown>>();

beforeAll(async () => {
  site = await Site.start((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('tea');
  });
  const fetching = `    fetch:
      command: node
      args: ["${bin}"]
      env: { MCPA_FETCH_ALLOW_PRIVATE: "${site.host}" }
`;
  patterns = await PatternProject.create(script(site.url(), 600_000), { servers: fetching });
});
afterAll(async () => {
  await patterns?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

test(
  'one kill for all of them: each run is in the middle of something',
  async () => {
    const begin = (workflow: string, input: string, id: string) =>
      results.set(id, patterns.run(workflow, input, id));
    begin('FinderWorkflow', 'What is there?', 'finder');
    begin('PoemWorkflow', 'A poem, please', 'poem');
    begin('PauseResumeWorkflow', '1h', 'waits');
    begin('SupportWorkflow', 'I want my money back', 'swarm');
    begin('IntentWorkflow', 'Where is 42?', 'intent');
    await patterns.underWay('finder', 'finder · turn 2');
    await patterns.underWay('swarm', 'refunds · turn 2');
    await patterns.underWay('intent', 'classifier · turn 1');
    const asked = async () =>
      ((await patterns.json('query', 'mcpa.status', patterns.id('poem'))).result as { questions: unknown[] })
        .questions;
    await expect.poll(asked, { timeout: 40_000 }).toHaveLength(1);
    await patterns.json('query', 'mcpa.status', patterns.id('waits'));
    patterns.project.write('script.yaml', script(site.url(), 0));
    await patterns.killWorker();
  },
  KILLED_MS,
);

test(
  'B1: finder, killed between a tool result and the next answer',
  async () => {
    expect(await results.get('finder')).toBe('Found: tea');
    expect(patterns.project.read('data/found.txt')).toBe('tea');
  },
  KILLED_MS,
);

test(
  'B6: the model has asked a person; answered after the kill',
  async () => {
    const answered = await patterns.project.mcpa(['answer', patterns.id('poem'), '--text', 'Ada']).done;
    expect(answered.status, answered.stderr).toBe(0);
    expect(await results.get('poem')).toBe('A poem for Ada');
  },
  KILLED_MS,
);

test(
  'B7: waits for resume, over the kill; and without one ends with a typed error',
  async () => {
    const sent = await patterns.project.mcpa(['signal', 'resume', patterns.id('waits')]).done;
    expect(sent.status, sent.stderr).toBe(0);
    expect(await results.get('waits')).toBe('resumed');
    const late = await patterns.project.mcpa([
      'run',
      'PauseResumeWorkflow',
      '1s',
      '--id',
      patterns.id('late'),
    ]).done;
    expect(late.status).toBe(1);
    expect(late.stderr).toContain('not resumed within 1s');
  },
  KILLED_MS,
);

test(
  'swarm, killed after a hand-off: paid back once',
  async () => {
    expect(await results.get('swarm')).toMatchObject({ text: 'Paid back', by: ['triage', 'refunds'] });
    expect(patterns.project.read('effects.log')).toBe('paid back\n');
  },
  KILLED_MS,
);

test(
  'classifyIntent, killed while the model decides',
  async () => {
    expect(await results.get('intent')).toBe('track: no parcel');
  },
  KILLED_MS,
);

test.each(['finder', 'poem', 'waits', 'swarm', 'intent'])('replay: %s', async (id) => {
  expect(await patterns.replay(id)).toBeGreaterThan(5);
});
