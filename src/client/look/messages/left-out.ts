import { worthLeavingOut } from '../../../core/context/policy.js';
import type { LeftOut } from '../../../core/index.js';
import type { ConversationMessages, Message, MessageLeftOut } from './conversation-messages.js';

/** What one request left out, and all after it until the next such. */
export interface CompactionPlace {
  turn: number;
  leftOut: LeftOut;
}

/** Marks what the model no longer sees, as of the last message that is given. */
export function markLeftOut(
  conversation: ConversationMessages,
  compactions: readonly CompactionPlace[],
): ConversationMessages {
  const last = compactions.at(-1);
  if (last === undefined) return conversation;
  const { messages } = conversation;
  const users = messages.filter((message) => message.role === 'user');
  const marked = messages.map((message): Message => {
    const leftOut = markOf(message, users, compactions, last.leftOut);
    return leftOut === undefined ? message : { ...message, leftOut };
  });
  const { summary } = last.leftOut;
  if (summary === undefined) return { ...conversation, messages: marked };
  const since = compactions.find((each) => each.leftOut.summary?.before === summary.before) ?? last;
  return { ...conversation, messages: marked, summary: { turn: since.turn, text: summary.text } };
}

function markOf(
  message: Message,
  users: Message[],
  compactions: readonly CompactionPlace[],
  { summary, resultsBefore = 0 }: LeftOut,
): MessageLeftOut | undefined {
  const { index, role } = message;
  // The last request stays; when the next one comes, it goes.
  const next = role === 'user' ? users.find((each) => each.index > index) : undefined;
  const stays = role === 'user' && next === undefined;
  if (summary !== undefined && index < summary.before && !stays) {
    const turn = firstTurn(compactions, (each) => each.summary !== undefined && index < each.summary.before);
    return { turn: Math.max(turn, next?.turn ?? 0), as: 'summary' };
  }
  if (role !== 'tool' || index >= resultsBefore || !worthLeavingOut(message)) return undefined;
  return { turn: firstTurn(compactions, (each) => index < (each.resultsBefore ?? 0)), as: 'line' };
}

function firstTurn(compactions: readonly CompactionPlace[], hides: (leftOut: LeftOut) => boolean): number {
  return compactions.find((each) => hides(each.leftOut))?.turn ?? 0;
}
