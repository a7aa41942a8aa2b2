import { mutateBytes } from '../../mutate-text.mjs';
import { deep, mutateValue, oddValue } from '../../mutate-value.mjs';

const ID = '@ID@';
const message = (rest) => ({ jsonrpc: '2.0', ...rest });
const result = (value, id = ID) => message({ id, result: value });

/** Real answers, by what they answer. */
const ANSWERS = {
  initialize: {
    protocolVersion: '2025-06-18', capabilities: { tools: { listChanged: true }, resources: {}, prompts: {}, logging: {} },
    serverInfo: { name: 'raw', version: '1', title: 'Raw' }, instructions: 'x',
  },
  'tools/list': {
    tools: [
      { name: 'say', description: 'Says', inputSchema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
      { name: 'echo', title: 'Echo', inputSchema: { type: 'object' }, outputSchema: { type: 'object', properties: { n: { type: 'number' } } }, annotations: { readOnlyHint: true, title: 'E' } },
    ],
  },
  'tools/call': {
    content: [
      { type: 'text', text: 'hello' },
      { type: 'image', data: 'aGk=', mimeType: 'image/png' },
      { type: 'resource', resource: { uri: 'file:///a', mimeType: 'text/plain', text: 'a' } },
      { type: 'resource_link', uri: 'file:///b', name: 'b' },
    ],
    structuredContent: { n: 1 },
    isError: false,
  },
}; // biome-ignore format: recordings

/** What else a server can say, at any time. */
const STRANGE = (random) => random.pick([
  result({}, 'unknown'), result({ content: [] }, 999_999), result(null, null), message({ id: ID }), message({ id: ID, result: 1, error: { code: 1, message: 'both' } }),
  message({ id: ID, error: { code: -32000, message: 'no' } }), message({ id: ID, error: 'text' }), message({ id: ID, error: null }), message({ id: ID, error: { code: '1e3' } }),
  message({ method: 'notifications/progress', params: { progressToken: ID, progress: 'half' } }), message({ method: 'notifications/progress', params: { progressToken: ID, progress: 1, total: 2 } }),
  message({ method: 'notifications/cancelled', params: { requestId: ID, reason: 'tired' } }), message({ method: 'notifications/tools/list_changed' }),
  message({ method: 'notifications/message', params: { level: 'shout', data: null } }), message({ method: 'notifications/of_tomorrow', params: [] }),
  message({ id: 1, method: 'sampling/createMessage', params: {} }), message({ id: 'x', method: 'roots/list' }), message({ id: {}, method: 'ping' }), message({ id: 7, method: '__proto__' }), message({ id: 8, method: 'elicitation/create', params: null }),
  { jsonrpc: '1.0', id: ID, result: {} }, { id: ID, result: { content: [] } }, [result({ content: [] })], [], null, 1, 'text', {}, deep(random), result(deep(random)),
  ...Array.from({ length: 3 }, () => 'flood'), 'giant',
]); // biome-ignore format: a list to look over

/** Bytes in place of an answer: some of them are one. */
export function answerBytes(method, random) {
  const messages = [result(random.chance(0.6) ? mutateValue(ANSWERS[method], random, 3) : ANSWERS[method])];
  if (random.chance(0.2)) messages[0] = mutateValue(messages[0], random, 2);
  for (let n = random.below(3); n > 0; n--)
    messages.splice(random.below(messages.length + 1), 0, STRANGE(random));
  if (random.chance(0.1)) messages.push(structuredClone(messages[0]));
  if (random.chance(0.07)) messages.shift();
  const lines = messages.map((each) => {
    if (each === 'flood') return flood(random);
    if (each === 'giant')
      return JSON.stringify(result({ content: [{ type: 'text', text: 'g'.repeat(3_000_000) }] }));
    const json = JSON.stringify(each) ?? '';
    if (random.chance(0.03)) return json.slice(0, random.below(json.length));
    if (random.chance(0.02))
      return random.pick([
        '',
        '\u0000',
        'Listening on port 3000',
        '<html>',
        'Content-Length: 12\r\n',
        String(oddValue(random)),
      ]);
    return json;
  });
  // The last newline may be missing: what comes next is then part of the same line.
  const bytes = Buffer.from(lines.join('\n') + (random.chance(0.04) ? '' : '\n'));
  return random.chance(0.08) ? mutateBytes(bytes, random) : bytes;
}

function flood(random) {
  const each = random.pick([
    message({ method: 'notifications/message', params: { level: 'info', data: 'x' } }),
    message({ method: 'notifications/progress', params: { progressToken: ID, progress: 1 } }),
    message({ method: 'notifications/tools/list_changed' }),
    result({}, 'nobody'),
  ]);
  return Array(500 + random.below(1_500))
    .fill(JSON.stringify(each))
    .join('\n');
}
