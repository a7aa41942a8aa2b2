import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';

/** Of the extension, as both sides declare it. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';
const HANDLE_META_KEY = 'mcpa/task';

type Deliver = (message: JSONRPCMessage, extra?: unknown) => void;

/**
 * Brings task handles through the SDK's client, which knows of no `resultType: "task"` and refuses it when it decodes:
 * they become complete results that carry the handle in their `_meta`.
 */
export function passTaskHandles(transport: Transport): void {
  let deliver: Deliver | undefined;
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => deliver,
    set: (next: Deliver | undefined) => {
      deliver = next && ((message, extra) => next(completed(message), extra));
    },
  });
}

function completed(message: JSONRPCMessage): JSONRPCMessage {
  if (!('result' in message) || message.result.resultType !== 'task') return message;
  const { result } = message;
  const _meta = { ...result._meta, [HANDLE_META_KEY]: { ...result } };
  // An error, so that no output schema is held against it.
  return { ...message, result: { ...result, resultType: 'complete', content: [], isError: true, _meta } };
}

/** The handle that a tool answered with instead of a result. */
export function taskHandle({ _meta }: { _meta?: Record<string, unknown> | undefined }): unknown {
  return _meta?.[HANDLE_META_KEY];
}
