import { HandlerUnfinishedPolicy } from '@temporalio/common';
import {
  ApplicationFailure,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import {
  type Answer,
  type ConversationItem,
  type ConversationPage,
  type ConversationQuery,
  FAILURE,
  type HostedMessage,
  type PauseRequest,
  type PushedQuestion,
  type PushedSampling,
  type RunStatus,
  type SamplingReply,
  type ToolAnswer,
  utf8Length,
  WIRE,
} from '../../core/index.js';
import { runState } from '../run-state.js';
import type { Operations } from './operations.js';
import { handlePlainSignals } from './plain-signals.js';

type Pushed = PushedQuestion | PushedSampling;

const now = () => new Date().toISOString();

/** The messages that each run takes, whatever its workflow defines. */
export function handleOperations(run: Operations): void {
  setHandler(defineQuery<ConversationPage, [ConversationQuery]>(WIRE.conversation), conversationPage);
  setHandler(defineQuery<RunStatus>(WIRE.status), () => statusOf(run));
  setHandler(defineSignal<[PauseRequest?]>(WIRE.pause), (request) => run.gate.pause(request));
  setHandler(defineSignal<[PauseRequest?]>(WIRE.resume), () => run.gate.resume());
  handlePlainSignals(run.gate);
  setHandler(defineSignal<[HostedMessage]>(WIRE.hosted), (message) =>
    runState.hosted.get(message.conversation)?.receive(message),
  );
  handleAnswers(run);
  handlePushed(run);
}

function handleAnswers({ questions, record }: Operations): void {
  const give = (answer: Answer) => {
    const id = questions.give(answer, now());
    if (id !== undefined) record.changed();
    return id;
  };
  const refuseMisfit = (answer: Answer) => {
    const problem = isAnswer(answer) ? questions.problem(answer) : 'not an answer';
    if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, FAILURE.answerRefused);
  };
  setHandler(
    defineUpdate<{ question?: string }, [Answer]>(WIRE.answer),
    (answer) => {
      // Again: of two updates in one task both are validated before the first is handled.
      refuseMisfit(answer);
      const question = give(answer);
      return question === undefined ? {} : { question };
    },
    { validator: refuseMisfit },
  );
  setHandler(defineSignal<[Answer]>(WIRE.answer), (answer) => {
    if (isAnswer(answer)) give(answer);
  });
  setHandler(defineSignal<[unknown]>(WIRE.provideHumanInput), (payload) => {
    give({ answerId: uuid4(), text: responseText(payload) });
  });
}

/** An activity whose tool asks in the middle of its call. */
function handlePushed({ calls }: Operations): void {
  setHandler(defineUpdate<ToolAnswer | SamplingReply, [Pushed]>(WIRE.ask), (pushed) => calls.ask(pushed), {
    validator: (pushed) => {
      const problem = calls.problem(pushed);
      if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem);
      if (calls.full)
        throw ApplicationFailure.nonRetryable('the run has many questions open', FAILURE.askLater);
    },
    // A question that nobody answered before the run's end holds nothing up.
    unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON,
  });
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && typeof (value as Answer).answerId === 'string';
}

/** mcp-agent sends `{response: text}`. */
function responseText(payload: unknown): string {
  const response =
    typeof payload === 'object' && payload !== null ? (payload as { response?: unknown }).response : payload;
  return typeof response === 'string' ? response.trim() : JSON.stringify(response ?? '');
}

function statusOf({ gate, questions, record }: Operations): RunStatus {
  const { paused } = gate;
  const progress = record.plans.list();
  return {
    v: 1,
    ...record.sum,
    ...(paused === undefined ? {} : { paused }),
    held: gate.held,
    questions: questions.list(),
    refused: questions.refused,
    agents: record.agents(),
    ...(progress.length === 0 ? {} : { progress }),
  };
}

/** Items from `from` on, as many as fit into `maxBytes` (at least one). */
function conversationPage(query: ConversationQuery): ConversationPage {
  const items = runState.conversations.get(query.conversation)?.items ?? [];
  const page: ConversationItem[] = [];
  let bytes = 0;
  for (const item of items.slice(query.from, query.to)) {
    bytes += utf8Length(JSON.stringify(item));
    if (page.length > 0 && bytes > query.maxBytes) break;
    page.push(item);
  }
  return { items: page, next: query.from + page.length };
}
