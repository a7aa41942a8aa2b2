import { AsyncLocalStorage } from 'node:async_hooks';
import type { Client } from '@modelcontextprotocol/client';
import type { ToolCall } from '../types.js';
import { readQuestion } from './read-question.js';

/** JSON-RPC's. */
const METHOD_NOT_FOUND = -32_601;

const current = new AsyncLocalStorage<ToolCall>();

/** The calls that a connection works on: a server of 2025 asks in the middle of one, and doesn't say of which. */
export class CallsUnderWay {
  readonly #calls = new Set<ToolCall>();

  async during<T>(call: ToolCall, work: () => Promise<T>): Promise<T> {
    this.#calls.add(call);
    try {
      return await current.run(call, work);
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Takes what the server asks to the run whose call it works on. */
  handle(client: Client): void {
    // The SDK's own handler drops the `pattern` of a field, and refuses a field that may be null.
    client.fallbackRequestHandler = async ({ method, params }, { mcpReq }) => {
      if (method !== 'elicitation/create')
        throw Object.assign(new Error('Method not found'), { code: METHOD_NOT_FOUND });
      // The new era asks with the result of a call; what asks otherwise (a resource, a prompt) has no run to ask.
      const call = client.getProtocolEra() === 'modern' ? undefined : this.#asking();
      if (call?.onQuestion === undefined) throw new Error('nobody can be asked here');
      const question = readQuestion(params);
      if ('problem' in question) throw new Error(`nobody can be asked for ${question.problem}`);
      const { action, content } = await call.onQuestion(question, mcpReq.signal);
      return {
        action,
        ...(action === 'accept' && content ? { content: content as Record<string, string> } : {}),
      };
    };
  }

  /** The same for what the agent's model is to answer. */
  handleSampling(client: Client): void {
    client.setRequestHandler('sampling/createMessage', async ({ params }, { mcpReq }) => {
      const call = client.getProtocolEra() === 'modern' ? undefined : this.#asking();
      if (call?.onSampling === undefined) throw new Error('no model can be asked here');
      return { ...(await call.onSampling(params, mcpReq.signal)) };
    });
  }

  /** Over HTTP the question comes on its call's own stream; over stdio only one run's calls tell whose it is. */
  #asking(): ToolCall | undefined {
    const own = current.getStore();
    if (own !== undefined && this.#calls.has(own)) return own;
    const [first, ...others] = this.#calls;
    if (others.some(({ run }) => run === undefined || run !== first?.run)) {
      const why = 'several runs call this server at once, and over stdio a question does not say whose it is';
      throw new Error(`${why}: \`session: stateful\` gives each run a process of its own`);
    }
    return first;
  }
}
