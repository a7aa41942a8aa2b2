import type { InboxEntry } from '../../../client/index.js';
import { formatMs } from '../../duration.js';
import type { View } from '../look/view.js';
import { paint } from '../paint.js';
import { fitTo, oneLine } from '../width.js';
import { answerFlags, questionText } from './question.js';

/** Three lines a question: where it comes from, what it asks, how to answer; two where no key here reads it. */
export function inboxLines(entries: InboxEntry[], { color, columns, now }: View): string[] {
  const ink = paint(color);
  const cut = (line: string) => (columns === undefined ? line : fitTo(line, columns));
  return entries.flatMap(({ workflowId, workflow, question, locked }) => {
    const age = formatMs(now - Date.parse(question.askedAt));
    if (locked !== undefined)
      return [
        cut(`${ink.bold(workflow)} ${workflowId} ${ink.dim(`waits for a person, started ${age} ago`)}`),
        `  ${ink.yellow('!')} ${oneLine(locked, 500)} (temporal.encryption.keys, MCPA_ENCRYPTION_KEYS)`,
      ];
    const left = question.expiresAt === undefined ? undefined : Date.parse(question.expiresAt) - now;
    const expiry = left === undefined ? '' : left > 0 ? `, expires in ${formatMs(left)}` : ', expired';
    const who = question.agent === undefined ? '' : `${oneLine(question.agent, 60)}: `;
    return [
      cut(`${ink.bold(workflow)} ${workflowId} ${ink.dim(`${question.id}, ${age} ago${expiry}`)}`),
      (question.kind === 'url' ? String : cut)(`  ${ink.yellow('?')} ${who}${questionText(question)}`),
      cut(ink.dim(`    mcpa answer ${workflowId} --question ${question.id} ${answerFlags(question)}`)),
    ];
  });
}
