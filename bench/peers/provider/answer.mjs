/**
 * What the model says, decided by the conversation alone, so that every peer and every API gets the same: so many
 * tool calls as the prompt wants, one a turn, then whether every result came back whole and in its place.
 */
export function answer({ prompt, results, tools }) {
  const { id, turns, bytes } = prompt;
  const tool = tools.find((name) => name.endsWith('echo'));
  if (tool === undefined) return { text: `${id} no tools` };
  const n = results.length;
  if (n < turns) return { call: { id: `call_${n}`, name: tool, arguments: { text: `${id}.${n}.`, bytes } } };
  const wrong = results.findIndex((text, k) => !text.includes(`${id}.${k}.`) || text.length < bytes);
  return { text: wrong < 0 ? `${id} done` : `${id} wrong at ${wrong}` };
}

/** Every prompt of the bench is a word and its wishes as JSON. */
export const promptOf = (text) => JSON.parse(text.slice(text.indexOf('{')));

/** Text of what peers send as content: a string, or parts of several shapes. */
export function textOf(content) {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textOf).join('');
  return content?.text === undefined ? JSON.stringify(content ?? '') : textOf(content.text);
}
