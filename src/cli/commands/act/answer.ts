import type { AnswerInput, App, InboxEntry } from '../../../client/index.js';
import { McpaError } from '../../../core/index.js';
import { type AnswerFlags, answerOf } from '../../human/answer-flags.js';
import { askPerson, canAsk } from '../../human/ask.js';
import { oneLine } from '../../render/width.js';
import { resolveRun } from '../../run/run-ids.js';
import { loadSettings } from '../../settings.js';
import { outputMode, printJson, printResult } from '../../terminal.js';

interface Target {
  workflowId: string;
  answer: AnswerInput;
}

/** Answers a question: from the flags, or by asking the person at this terminal. */
export async function answerCommand(id: string | undefined, flags: AnswerFlags): Promise<void> {
  const mode = outputMode();
  const given = answerOf(flags);
  const ask = given === undefined && canAsk(mode);
  if (given === undefined && !ask) {
    throw new McpaError('USAGE', 'no answer is given, and there is no terminal to ask at', {
      hint: 'mcpa answer ID --text TEXT (or --choice, --approve, --refuse, --input, --done, --decline, --cancel)',
    });
  }
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const target = given === undefined ? await asked(app, id, flags.question) : await addressed(app, id, given);
  const handle = app.getHandle(target.workflowId);
  const outcome = await handle.answer(target.answer);
  const { workflowId } = target;
  const state = outcome.state === 'accepted' && outcome.question === undefined ? 'kept' : outcome.state;
  if (mode.json) printJson({ v: 1, workflowId, ...outcome, state });
  else printResult(sentence(state, workflowId, outcome.question));
}

function sentence(state: string, workflowId: string, question = 'the question'): string {
  if (state === 'queued') return `queued: no worker answered; run ${workflowId} checks it when one is back`;
  if (state === 'kept') return `kept for the next question of run ${workflowId}`;
  return `answered ${question} of run ${workflowId}`;
}

/** The run that an answer given by flags is for. */
async function addressed(app: App, id: string | undefined, answer: AnswerInput): Promise<Target> {
  if (id !== undefined) return { workflowId: await resolveRun(app, id), answer };
  const entries = fitting(await nearest(app), answer.question);
  if (entries.length > 1) throw ambiguous(entries);
  // None waits: an answer may come before its question.
  const workflowId = entries[0]?.workflowId ?? (await resolveRun(app, undefined));
  return { workflowId, answer };
}

/** Shows the question and takes the answer here. */
async function asked(app: App, id: string | undefined, wanted: string | undefined): Promise<Target> {
  const workflowId =
    id === undefined ? await chosen(fitting(await nearest(app), wanted)) : await resolveRun(app, id);
  const questions = await app.getHandle(workflowId).questions();
  const question = wanted === undefined ? questions[0] : questions.find((each) => each.id === wanted);
  if (question === undefined) {
    const what = wanted === undefined ? 'asks nothing' : `has no open question ${wanted}`;
    throw new McpaError('QUESTION_UNKNOWN', `run ${workflowId} ${what}`, { hint: 'mcpa inbox' });
  }
  const answer = await askPerson(question);
  return { workflowId, answer: answer ?? { question: question.id } };
}

/** What waits on this task queue; where nothing does, what waits anywhere. */
async function nearest(app: App): Promise<InboxEntry[]> {
  const all = await app.inbox();
  const here = all.filter(({ taskQueue }) => taskQueue === app.config.temporal.task_queue);
  return here.length > 0 ? here : all;
}

function fitting(entries: InboxEntry[], question: string | undefined): InboxEntry[] {
  return question === undefined ? entries : entries.filter((entry) => entry.question.id === question);
}

async function chosen(entries: InboxEntry[]): Promise<string> {
  const [first] = entries;
  if (first === undefined) {
    throw new McpaError('QUESTION_UNKNOWN', 'nothing waits for an answer', { hint: 'mcpa inbox' });
  }
  const runs = new Map<string, InboxEntry>();
  // The oldest question of each run: it is the one that is asked.
  for (const entry of entries) if (!runs.has(entry.workflowId)) runs.set(entry.workflowId, entry);
  if (runs.size === 1) return first.workflowId;
  const { select, isCancel } = await import('@clack/prompts');
  const options = [...runs].map(([value, entry]) => ({
    value,
    label: `${entry.workflow}: ${oneLine(entry.question.prompt, 60)}`,
    hint: value,
  }));
  const value = await select({ message: 'Which question?', options, output: process.stderr });
  if (isCancel(value)) throw new McpaError('INTERRUPTED', 'nothing was answered', { hint: 'mcpa answer' });
  return value;
}

function ambiguous(entries: InboxEntry[]): McpaError {
  const names = entries
    .slice(0, 10)
    .map(({ workflowId, question, locked }) => (locked ? workflowId : `${workflowId} ${question.id}`));
  return new McpaError('RUN_AMBIGUOUS', `${entries.length} questions wait`, {
    hint: `name the run, and --question where it has several: ${names.join(', ')}`,
  });
}
