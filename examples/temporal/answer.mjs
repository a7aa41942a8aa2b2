// #region answer
import { connect } from 'mcpa';

// Answers every open question of this project's runs; `mcpa inbox` and `mcpa answer` do the same by hand.
const app = await connect();
for (const { workflowId, question } of await app.inbox(`TaskQueue = '${app.config.temporal.task_queue}'`)) {
  if (question.kind !== 'input') continue; // an approval of a tool call
  console.log(question.prompt);
  await app.getHandle(workflowId).answer({ question: question.id, text: 'Shorter, please.' });
}
await app.close();
// #endregion
