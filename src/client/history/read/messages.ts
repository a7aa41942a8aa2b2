import { type Answer, WIRE } from '../../../core/index.js';
import type { EventBody } from '../events.js';
import type { HistoryEvent } from '../history-reader.js';
import { decodeAll, rootFailure } from '../payloads.js';

type AcceptedUpdate = NonNullable<HistoryEvent['workflowExecutionUpdateAcceptedEventAttributes']>;
type UpdateRequest = AcceptedUpdate['acceptedRequest'];

/** Signals and updates; answers to questions are told as such, however they came. */
export class MessageReader {
  readonly #names = new Map<string, string>();

  read(event: HistoryEvent): EventBody[] | undefined {
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal) return [signalled(signal.signalName ?? '', decodeAll(signal.input))];
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
    if (accepted) return this.#accepted(accepted.acceptedRequest, accepted.protocolInstanceId ?? '');
    const rejected = event.workflowExecutionUpdateRejectedEventAttributes;
    if (rejected) return rejection(rejected.rejectedRequest, rootFailure(rejected.failure).message);
    const completed = event.workflowExecutionUpdateCompletedEventAttributes;
    if (!completed) return undefined;
    const updateId = completed.meta?.updateId ?? '';
    const name = this.#names.get(updateId) ?? '';
    this.#names.delete(updateId);
    if (name === WIRE.answer || name === WIRE.ask) return [];
    const failure = completed.outcome?.failure;
    if (!failure) return [{ type: 'update', name, state: 'completed', updateId }];
    return [{ type: 'update', name, state: 'failed', updateId, message: rootFailure(failure).message }];
  }

  #accepted(request: UpdateRequest, instance: string): EventBody[] {
    const { name, args, updateId } = parts(request, instance);
    this.#names.set(updateId, name);
    if (name === WIRE.answer) return [answer('update', args[0])];
    // A tool's question, told as such when the run has written it down.
    if (name === WIRE.ask) return [];
    return [{ type: 'update', name, state: 'accepted', updateId, args }];
  }
}

function rejection(request: UpdateRequest, message: string): EventBody[] {
  const { name, args, updateId } = parts(request, '');
  if (name === WIRE.answer) return [answer('update', args[0], message)];
  return [{ type: 'update', name, state: 'rejected', updateId, args, message }];
}

function parts(request: UpdateRequest, instance: string) {
  return {
    name: request?.input?.name ?? '',
    args: decodeAll(request?.input?.args),
    updateId: request?.meta?.updateId ?? instance,
  };
}

function signalled(name: string, args: unknown[]): EventBody {
  if (name === WIRE.answer) return answer('signal', args[0]);
  if (name === WIRE.provideHumanInput) {
    const response = (args[0] as { response?: unknown } | undefined)?.response;
    return { type: 'answer', via: 'signal', ...(typeof response === 'string' ? { text: response } : {}) };
  }
  return { type: 'signal', name, args };
}

function answer(via: 'update' | 'signal', payload: unknown, refused?: string): EventBody {
  const {
    answerId,
    question,
    by,
    text,
    decision,
    action,
    arguments: args,
  } = (payload ?? {}) as Partial<Answer>;
  return {
    type: 'answer',
    via,
    ...(answerId === undefined ? {} : { answerId }),
    ...(question === undefined ? {} : { question }),
    ...(by === undefined ? {} : { by }),
    ...(text === undefined ? {} : { text }),
    ...(decision === undefined ? {} : { decision }),
    ...(action === undefined ? {} : { action }),
    ...(args === undefined ? {} : { edited: true }),
    ...(refused === undefined ? {} : { refused }),
  };
}
