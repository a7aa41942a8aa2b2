import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transport } from '@modelcontextprotocol/client';

/** Whether a request may have reached the server: the one thing that decides if a call may be repeated. */
export interface SendState {
  sent: boolean;
}

const current = new AsyncLocalStorage<SendState>();

/** Runs `call` such that the first request it sends over a watched transport is noted in `state`. */
export function withSendState<T>(state: SendState, call: () => Promise<T>): Promise<T> {
  return current.run(state, call);
}

/** Makes a transport note its sends. The SDK itself doesn't tell whether a failed request went out. */
export function watchSends(transport: Transport, when: 'written' | 'begun'): void {
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    const state = 'method' in message && message.method === 'tools/call' ? current.getStore() : undefined;
    // HTTP: once begun, only a failure to connect proves that nothing left.
    if (state !== undefined && when === 'begun') state.sent = true;
    await send(message, options);
    if (state !== undefined) state.sent = true;
  };
}
