import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A provider that speaks Anthropic's stream: each word is the time at which it was sent. */
export async function streamingProvider({ words, everyMs }) {
  const server = createServer(async (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (event) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    const usage = { input_tokens: 1, output_tokens: 1 };
    const about = {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'bench',
      content: [],
      stop_reason: null,
    };
    send({ type: 'message_start', message: { ...about, stop_sequence: null, usage } });
    send({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
    for (let n = 0; n < words && !response.destroyed; n++) {
      send({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `${Date.now()} ` } });
      await sleep(everyMs);
    }
    send({ type: 'content_block_stop', index: 0 });
    send({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage });
    send({ type: 'message_stop' });
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
