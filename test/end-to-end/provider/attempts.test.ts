import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { ERROR_CLASSES, type ModelErrorClass } from '../../../src/worker/llm/index.js';
import {
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../../worker/llm/fixtures/provider-server.js';
import { anthropicStream, responsesStream } from '../../worker/llm/fixtures/streams.js';
import type { Project } from '../project.js';
import { providerProject } from './project.js';

type Api = 'anthropic' | 'openai';

const error = (status: number, type: string, code: string | null = null, message = 'no'): Reply => ({
  status,
  body: { type: 'error', error: { type, code, message, param: null } },
});
const whole = (api: Api): Reply =>
  api === 'anthropic'
    ? anthropicStream(['a long enough text to be cut'])
    : responsesStream(['a long enough text to be cut']);

/** Each fault with the class that it must have; the table says how many attempts that means. */
const FAULTS: Array<[string, ModelErrorClass, (api: Api) => Reply]> = [
  ['429 without Retry-After', 'rate_limit', () => error(429, 'rate_limit_error', 'rate_limit_exceeded')],
  ['500', 'server', () => error(500, 'api_error')],
  ['503', 'overloaded', () => error(503, 'api_error')],
  ['529', 'overloaded', () => error(529, 'overloaded_error')],
  ['504', 'timeout', () => error(504, 'timeout_error')],
  [
    'reset before the first byte of the answer',
    'transport',
    () => ({ body: 'x', cut: { after: 0, how: 'reset' } }),
  ],
  ['reset mid-stream', 'transport', (api) => ({ ...whole(api), cut: { after: 420, how: 'reset' } })],
  ['ended mid-stream', 'transport', (api) => ({ ...whole(api), cut: { after: 420, how: 'end' } })],
  [
    'half a JSON',
    'transport',
    (api) => ({ events: [...(whole(api).events ?? []).slice(0, 2), '{"type": "content_bl'] }),
  ],
  ['no JSON at all', 'transport', () => ({ body: '<html>bad gateway</html>' })],
  ['never answering', 'timeout', () => ({ delayMs: 600_000 })],
  [
    'silent after a while',
    'timeout',
    (api) => ({ events: whole(api).events?.slice(0, 2) ?? [], hang: true }),
  ],
  ['400', 'bad_request', () => error(400, 'invalid_request_error', null, 'max_tokens: too big')],
  ['404', 'bad_request', () => error(404, 'not_found_error', 'model_not_found', 'no such model')],
  [
    'context too long',
    'context_too_long',
    () => error(400, 'invalid_request_error', 'context_length_exceeded', 'prompt is too long'),
  ],
  [
    'content refused',
    'content_refused',
    () =>
      error(
        400,
        'invalid_request_error',
        'content_policy_violation',
        'Output blocked by content filtering policy',
      ),
  ],
  ['401', 'auth', () => error(401, 'authentication_error', 'invalid_api_key', 'invalid x-api-key')],
  ['403', 'auth', () => error(403, 'permission_error')],
  ['402', 'quota', () => error(402, 'billing_error')],
  ['429 insufficient_quota', 'quota', () => error(429, 'insufficient_quota', 'insufficient_quota')],
];

/** What the policy of the test's config allows. */
const ATTEMPTS = 2;

let provider: ProviderServer;
let project: Project;
let app: App;

beforeAll(async () => {
  provider = await startProviderServer();
  project = await providerProject(
    provider,
    `workflow_task_retry_policies: { mcpa.generate: { maximum_attempts: ${ATTEMPTS}, initial_interval: 0.05 } }\n`,
    ', timeout_seconds: 12',
  );
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app?.close();
  await project?.[Symbol.asyncDispose]();
  await provider?.close();
});

test('C6: each fault, by both SDKs: its class, and exactly the attempts that its class has', async () => {
  const mended = new Set<string>();
  provider.otherwise((request) => {
    const api: Api = request.path.endsWith('/messages') ? 'anthropic' : 'openai';
    const name = faultOf(request.body);
    const fault = FAULTS.find(([each]) => each === name);
    return fault && !mended.has(name) ? fault[2](api) : whole(api);
  });
  const runs = await Promise.all(
    FAULTS.flatMap(([name, kind]) =>
      (['anthropic', 'openai'] as const).map(async (api) => {
        const handle = await app.startWorkflow('AskWorkflow', `fault: ${name};`, `${api}:m`);
        return { name, kind, api, handle };
      }),
    ),
  );
  const requests = (name: string, api: Api) =>
    provider.requests.filter(
      ({ path, body }) => faultOf(body) === name && path.endsWith('/messages') === (api === 'anthropic'),
    ).length;
  const gates = runs.filter(({ kind }) => kind === 'auth' || kind === 'quota');

  for (const { name, kind, api, handle } of runs.filter((run) => !gates.includes(run))) {
    const failed = await handle.result().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(typesOf(failed), `${name}, ${api}`).toContain(`mcpa.Model.${kind}`);
    expect(requests(name, api), `${name}, ${api}`).toBe(ERROR_CLASSES[kind].retryable ? ATTEMPTS : 1);
  }

  // These wait instead: one attempt each, until a person has done something.
  await expect.poll(async () => (await held()).size, { timeout: 60_000 }).toBe(gates.length);
  const refused = await held();
  for (const { name, kind, api, handle } of gates) {
    expect(refused.get(handle.workflowId), `${name}, ${api}`).toMatchObject({ kind, provider: api });
    expect(requests(name, api), `${name}, ${api}`).toBe(1);
  }
  for (const { name } of gates) mended.add(name);
  const items = await app.batch.resume(`McpaState = 'auth' AND TaskQueue = '${project.queue}'`);
  expect(items.map(({ state }) => state).sort()).toEqual(
    gates.map(() => expect.stringMatching(/running|completed/)),
  );
  for (const { name, api, handle } of gates) {
    expect(await handle.result(), `${name}, ${api}`).toBe('a long enough text to be cut');
    expect(requests(name, api), `${name}, ${api}`).toBe(2);
  }
  expect(await held()).toEqual(new Map());
});

test.each([
  ['retry-after in seconds', () => ({ 'retry-after': '2' }), 2_000],
  [
    'retry-after as an HTTP date',
    () => ({ 'retry-after': new Date(Date.now() + 3_000).toUTCString() }),
    1_900,
  ],
  ['retry-after-ms', () => ({ 'retry-after-ms': '1500', 'retry-after': '60' }), 1_500],
])('C6: %s: that long, for this call and for the others with its key', async (_, headers, ms) => {
  provider.requests.length = 0;
  let limited = false;
  provider.otherwise(() => {
    const first = !limited;
    limited = true;
    return first ? { ...error(429, 'rate_limit_error'), headers: headers() } : whole('anthropic');
  });
  const first = await app.startWorkflow('AskWorkflow', 'limited');
  await expect.poll(() => provider.requests.length, { timeout: 60_000, interval: 10 }).toBe(1);
  const other = await app.startWorkflow('AskWorkflow', 'another run');
  await Promise.all([first.result(), other.result()]);
  expect(provider.requests).toHaveLength(3);
  const [refused, ...later] = provider.requests.map(({ at }) => at);
  // The engine's clock for the call itself, the worker's for the others; and a timer may be a millisecond early.
  for (const at of later) expect(at - (refused as number)).toBeGreaterThanOrEqual(ms - 50);
});

const faultOf = (body: unknown): string => /fault: (.*?);/.exec(JSON.stringify(body))?.[1] ?? '';

async function held() {
  const runs = await app.refusals(`TaskQueue = '${project.queue}'`);
  return new Map(runs.map(({ workflowId, refused }) => [workflowId, refused]));
}

function typesOf(failed: unknown): unknown[] {
  const types: unknown[] = [];
  for (let each = failed; each instanceof Error; each = each.cause)
    types.push((each as { type?: unknown }).type);
  return types;
}
