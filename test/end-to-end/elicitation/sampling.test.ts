import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { ENTER, inTerminal } from '../in-terminal.js';
import type { Project } from '../project.js';
import { replay } from '../replay.js';
import { askingProject, questionsOf, server } from './project.js';

const SERVERS = `
    asking: ${server('asking-server.mjs', '      sampling: { max_tokens: 800 }')}
    free: ${server('asking-server.mjs', '      sampling: { policy: auto, max_tokens: 50, max_requests: 2 }')}
    mute: ${server('asking-server.mjs', '      sampling: off')}
    late: ${server('asking-server.mjs', '      sampling: { timeout_seconds: 0.3 }')}
    pushing: ${server('pushing-server.mjs', '      session: stateful')}
    pushing_free: ${server('pushing-server.mjs', '      sampling: { policy: auto, max_requests: 2 }\n      session: stateful')}
    pushing_mute: ${server('pushing-server.mjs', '      sampling: off')}
`;
const SCRIPT = `
turns:
  - when: { contains: "Which seat?" }
    say: left
    usage: { input: 30, output: 3 }
conversations:
  mover:
    - when: { contains: "Which seat?" }
      say: left
      usage: { input: 30, output: 3 }
    - say: ready
    - tools: [{ tool: advise, args: {} }]
    - say: "{{last}}"
  asker:
    - when: { contains: "Which seat?" }
      say: left
      usage: { input: 30, output: 3 }
    - tools: [{ tool: advise, args: {} }]
      usage: { input: 1000, output: 10 }
    - say: "The tool said: {{last}}"
      usage: { input: 1000, output: 10 }
`;
const ANSWER = {
  role: 'assistant',
  content: { type: 'text', text: 'left' },
  model: 'scripted:script',
  stopReason: 'endTurn',
};

let project: Project;
let app: App;

beforeAll(async () => {
  project = await askingProject(SERVERS, 'agents: { move_at_kb: 20 }', SCRIPT);
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

const call = (name: string, tool: string) => app.startWorkflow('CallWorkflow', name, tool);
const mcpa = (...args: string[]) => project.mcpa(args).done;
const effects = () => project.read('effects.log').match(/advise left/g)?.length ?? 0;

test('auto: the model of the agent answers at once, in a conversation of its own; counted by agent', async () => {
  const before = effects();
  const handle = await app.startWorkflow('ModelWorkflow', 'free');
  expect(JSON.parse(((await handle.result()) as string).replace('The tool said: ', ''))).toEqual(ANSWER);
  expect(effects()).toBe(before + 1);
  const { agents, totals } = await handle.details();
  expect(totals).toMatchObject({ turns: 3, toolCalls: 1, usage: { input: 2030, output: 23 } });
  expect(agents).toMatchObject([
    { agent: 'asker', turns: 3, toolCalls: 1, usage: { input: 2030, output: 23 } },
  ]);
  for await (const event of handle.events()) shapes.tail.parse({ v: 1, ...event });
  const { conversations } = await handle.messages({ agent: 'asker' });
  expect(conversations.map(({ conversation }) => conversation)).toEqual([
    'asker',
    'asker/free.advise/call_1_1',
  ]);
  expect(conversations[1]!.messages).toMatchObject([
    { role: 'user', content: [{ text: 'I am tall.' }] },
    { role: 'assistant', content: [{ text: 'Noted.' }] },
    { role: 'user', content: [{ text: 'Which seat?' }, { type: 'image', mimeType: 'image/png' }] },
    { role: 'assistant', content: [{ text: 'left' }] },
  ]);
  await replay(project, handle.workflowId);
});

test('ask: what the model is asked stands in the inbox; approved, it is asked once', async () => {
  const before = effects();
  const handle = await app.startWorkflow('ModelWorkflow', 'asking');
  const id = handle.workflowId;
  const [question] = await questionsOf(handle);
  expect(question).toMatchObject({
    kind: 'sampling',
    prompt: 'Let the model of asker answer asking.advise?',
    agent: 'asker',
    tool: { server: 'asking', tool: 'advise' },
    sampling: {
      systemPrompt: 'You know seats.',
      messages: [
        { role: 'user', text: 'I am tall.' },
        { role: 'assistant', text: 'Noted.' },
        { role: 'user', text: 'Which seat?\n[image, image/png]' },
      ],
      maxTokens: 800,
    },
  });
  const entries = await app.inbox(`WorkflowId = '${id}'`);
  expect(shapes.inbox.parse({ v: 1, questions: entries, refusals: [] })).toBeDefined();
  const shown = await mcpa('inbox', '--query', `WorkflowId = '${id}'`);
  expect(shown.stdout).toContain(
    'Let the model of asker answer asking.advise? "Which seat?\\n[image, image/png]" (800 tokens at most)',
  );
  expect(shown.stdout).toContain(`mcpa answer ${id} --question q1 --approve | --refuse`);
  const wrong = await mcpa('answer', id, '--text', 'left');
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('wants approve or refuse') });
  // At a terminal it is shown whole.
  const { run, press } = inTerminal(['answer', id], project.dir, project.env);
  await run.output(/approve: the model answers it/);
  press(ENTER);
  const { status, stdout } = await run.done;
  expect(status, stdout).toBe(0);
  for (const line of [
    'system: You know seats.',
    'user: I am tall.',
    'assistant: Noted.',
    'user: Which seat?',
  ])
    expect(stdout).toContain(line);
  expect(await handle.result()).toContain('"text":"left"');
  expect(effects()).toBe(before + 1);
  for await (const event of handle.events()) shapes.tail.parse({ v: 1, ...event });
  await replay(project, id);
});

test('refused, or not approved in time: the call is given up with the reason, the model is not asked', async () => {
  const before = effects();
  const [refused, late] = await Promise.all([call('asking', 'advise'), call('late', 'advise')]);
  await questionsOf(refused);
  await refused.answer({ decision: 'refuse', text: 'too expensive', by: 'Ada' });
  expect(await refused.result()).toBe(
    'error: The call of advise was given up: it wants an answer of the model, and a person refused it (Ada: too expensive).',
  );
  expect(await late.result()).toMatch(/and nobody approved it in time\.$/);
  expect(effects()).toBe(before);
  expect(await refused.details()).toMatchObject({ totals: { turns: 0 } });
  await replay(project, refused.workflowId);
});

test('an agent that has moved to a run of its own: approved at its owner, counted there too', async () => {
  const handle = await app.startWorkflow('MovedWorkflow', 'asking');
  const [question] = await questionsOf(handle);
  expect(question).toMatchObject({ kind: 'sampling', agent: 'mover', sampling: { maxTokens: 800 } });
  await handle.answer({ decision: 'approve' });
  expect(JSON.parse((await handle.result()) as string)).toEqual(ANSWER);
  const { agents, totals } = await handle.details();
  // Its turns after the move, and the answer to the tool.
  const moved = agents.filter(({ workflowId }) => workflowId !== handle.workflowId);
  expect(moved).toMatchObject([{ agent: 'mover', turns: 3, toolCalls: 1 }]);
  expect(totals).toMatchObject({ turns: 4, toolCalls: 1 });
  await replay(project, handle.workflowId);
});

test('limits: requests of one call, audio, a model that fails; off is not declared', async () => {
  const [curious, listen, riddle, mute, none] = await Promise.all([
    call('free', 'curious'),
    call('free', 'listen'),
    call('free', 'riddle'),
    call('mute', 'advise'),
    call('pushing_mute', 'models'),
  ]);
  expect(await curious.result()).toMatch(/and it may ask 2 times in one call\.$/);
  expect(await curious.details()).toMatchObject({ totals: { turns: 2 } });
  expect(await listen.result()).toContain('with "audio audio/wav", which models are not shown');
  expect(await riddle.result()).toMatch(/and the model gave no answer \(.*has no turn for this message/);
  expect(await mute.result()).toMatch(/^error: .*sampling/i);
  expect(await none.result()).toBe('none');
  // Without a run there is no agent whose model it could be.
  const { stdout } = await mcpa('mcp', 'call', 'pushing_free', 'models');
  expect(stdout.trim()).toBe('none');
});

test('a server of 2025 asks during the call: auto, approved, refused, too often, audio', async () => {
  const before = effects();
  const [auto, asked, refused, curious, listen, riddle] = await Promise.all([
    call('pushing_free', 'advise'),
    call('pushing', 'advise'),
    call('pushing', 'advise'),
    call('pushing_free', 'curious'),
    call('pushing_free', 'listen'),
    call('pushing_free', 'riddle'),
  ]);
  expect(await questionsOf(asked)).toMatchObject([{ kind: 'sampling', sampling: { maxTokens: 4096 } }]);
  await asked.answer({ decision: 'approve' });
  await questionsOf(refused);
  await refused.answer({ decision: 'refuse' });
  expect(JSON.parse((await auto.result()) as string)).toEqual(ANSWER);
  expect(JSON.parse((await asked.result()) as string)).toEqual(ANSWER);
  expect(await refused.result()).toMatch(/^error: .*no answer of the model: a person refused it$/);
  expect(await curious.result()).toContain('a call may ask the model 2 times');
  expect(await listen.result()).toContain('which models are not shown');
  expect(await riddle.result()).toMatch(/no answer of the model: the model gave no answer$/);
  expect(effects()).toBe(before + 2);
  expect((await auto.details()).agents).toMatchObject([
    { agent: 'caller', turns: 1, toolCalls: 1, usage: { input: 30, output: 3 } },
  ]);
  await Promise.all([auto, asked, refused].map(({ workflowId }) => replay(project, workflowId)));
});
