import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { CARRIED, type Carry, HEADER, Questions, type RunState, STATE_ATTRIBUTE } from '../../core/index.js';
import { OpenCalls } from '../calls/asks/open-calls.js';
import { Sessions } from '../calls/sessions.js';
import { Gate } from './gate.js';
import { RunRecord } from './run-record.js';

type Headers = Record<string, Payload>;
type Memo = Record<string, unknown>;
type Texts = Pick<Carry, 'paused' | 'refused' | 'early'>;

/** What lets people operate this run: the pause gate, its questions, its record for `list`. */
export class Operations {
  readonly gate: Gate;
  readonly questions: Questions;
  readonly record: RunRecord;
  readonly sessions: Sessions;
  readonly calls = new OpenCalls();
  private readonly attribute: Payload | undefined;

  constructor(
    headers: Headers,
    /** Agents in runs of their own pause with this one. */
    private readonly onPause: (paused: boolean) => void = () => undefined,
  ) {
    this.attribute = headers[HEADER.stateAttribute];
    const carry = fromHeader<Carry>(headers[HEADER.carry]);
    const texts = workflowInfo().memo?.[CARRIED] as Texts | undefined;
    this.sessions = new Sessions(carry?.sessions);
    this.questions = new Questions(carry?.questionCount, texts?.early);
    this.gate = new Gate(() => {
      this.record.changed();
      this.onPause(this.gate.paused !== undefined);
    });
    if (texts !== undefined) this.gate.restore(texts);
    this.record = new RunRecord(
      { gate: this.gate, questions: this.questions },
      this.attribute !== undefined,
      carry && { totals: carry.totals, states: statesNow() },
    );
    // The search attribute of the run before may name questions that ended with it.
    if (carry !== undefined) this.record.changed();
  }

  /** Headers of what this run starts: its children write their state where it does. */
  childHeaders(headers: Headers): Headers {
    return this.attribute === undefined ? headers : { ...headers, [HEADER.stateAttribute]: this.attribute };
  }

  /** Headers of the run that continues this one. */
  carryHeaders(headers: Headers): Headers {
    const carry: Carry = { totals: this.record.sum, ...this.questions.carry(), early: [] };
    return {
      ...this.childHeaders(headers),
      [HEADER.carry]: defaultPayloadConverter.toPayload({ ...carry, ...this.sessions.carry() }),
    };
  }

  /** Its memo; undefined: the engine copies this run's. */
  carryMemo(given: Memo | undefined): Memo | undefined {
    const held = this.gate.carry();
    const { early } = this.questions.carry();
    const { [CARRIED]: before, ...memo } = { ...workflowInfo().memo, ...given };
    if (Object.keys(held).length > 0 || early.length > 0) {
      const texts: Texts = { early, ...held };
      return { ...memo, [CARRIED]: texts };
    }
    return before === undefined ? given : memo;
  }
}

function fromHeader<T>(payload: Payload | undefined): T | undefined {
  return payload === undefined ? undefined : defaultPayloadConverter.fromPayload<T>(payload);
}

/** The engine copies the search attributes of the run before. */
function statesNow(): RunState[] {
  return (workflowInfo().searchAttributes[STATE_ATTRIBUTE] ?? []) as RunState[];
}
