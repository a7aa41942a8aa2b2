import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  setHandler,
} from '@temporalio/workflow';
import { agent } from '../agent.js';

/** A client asks `question`, and sends `answer`. */
export async function InteractiveReviewWorkflow(content: string): Promise<string> {
  let question: string | undefined;
  let answer: string | undefined;
  setHandler(defineQuery('question'), () => question);
  setHandler(defineSignal<[string]>('answer'), (text) => {
    answer = text;
  });
  const reviewer = agent('Review and improve content', ['fetch']);
  const draft = await reviewer(`Review: ${content}`);
  question = `Review this draft: ${draft}`;
  if (!(await condition(() => answer !== undefined, '1 hour')))
    throw ApplicationFailure.nonRetryable('no answer within an hour');
  return reviewer(`Improve draft based on feedback: ${draft}\nFeedback: ${answer}`);
}
