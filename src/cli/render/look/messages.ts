import type { ConversationMessages, Message } from '../../../client/index.js';
import type { AssistantPart, ContentPart } from '../../../core/index.js';
import { type Paint, paint } from '../paint.js';
import { fitTo, oneLine } from '../width.js';
import { bytes, exact } from './numbers.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** What is shown of a tool's result unless all of it is asked for. */
const RESULT_LINES = 8;
const RESULT_CHARS = 1_000;

/** One conversation to read: who said what, the calls, and what came back. */
export function messageLines(
  conversation: ConversationMessages,
  options: View & { full: boolean },
): string[] {
  const ink = paint(options.color);
  const { columns } = options;
  const cut = (line: string) => (columns === undefined ? line : fitTo(line, columns));
  const body = (text: string) =>
    wrap(text, columns === undefined ? undefined : columns - 2).map((line) => `  ${line}`.trimEnd());
  const { definition } = conversation;
  const lines = [cut(ink.bold(`── ${oneLine(conversation.conversation)} ──`))];
  if (definition) {
    lines.push(
      cut(ink.dim(`instruction${listed('servers', definition.serverNames)}${tools(definition.tools)}`)),
    );
    if (definition.instruction !== '') lines.push(...body(definition.instruction));
  }
  for (const message of conversation.messages) {
    lines.push('', cut(headOf(message, ink) + ink.dim(unseen(message))));
    for (const text of textsOf(message, options.full)) lines.push(...body(text));
  }
  if (conversation.summary) {
    lines.push(
      '',
      cut(ink.cyan(`summary that the model sees instead · from turn ${conversation.summary.turn} on`)),
    );
    lines.push(...body(conversation.summary.text));
  }
  if (conversation.missing)
    lines.push(
      '',
      cut(ink.yellow(`! ${conversation.missing} messages were too large to be sent: history lacks them`)),
    );
  return lines;
}

function listed(title: string, names: readonly string[]): string {
  return names.length === 0 ? '' : ` · ${title}: ${names.join(', ')}`;
}

function tools(specs: ReadonlyArray<{ name: string }>): string {
  return listed(
    'own tools',
    specs.map((spec) => spec.name),
  );
}

function headOf(message: Message, ink: Paint): string {
  switch (message.role) {
    case 'user':
      return ink.green('user') + (message.outputSchema ? ink.dim(' · wants JSON of a schema') : '');
    case 'tool': {
      const name = `tool ${oneLine(message.tool ?? message.callId)}`;
      return message.isError ? ink.red(`${name} · error`) : ink.yellow(name);
    }
    default: {
      const { usage, model } = message;
      const answered = usage ? ` · ${model}, ${exact(usage.input)} in, ${exact(usage.output)} out` : '';
      return `${ink.cyan(`assistant · turn ${message.turn}`)}${ink.dim(oneLine(answered) && answered)}`;
    }
  }
}

/** What of the message the model doesn't see. */
function unseen(message: Message): string {
  const { leftOut } = message;
  if (leftOut) {
    const instead = leftOut.as === 'summary' ? 'in a summary only' : 'left out';
    return ` · ${instead} from turn ${leftOut.turn} on`;
  }
  if (message.role !== 'tool' || message.limit === undefined) return '';
  return ` · the model saw ${exact(message.limit)} characters of it`;
}

function textsOf(message: Message, full: boolean): string[] {
  if (message.role === 'assistant') return message.content.map((part) => assistantText(part));
  const texts = message.content.map(contentText);
  return message.role === 'tool' && !full ? [shortened(texts.join('\n'))] : texts;
}

function assistantText(part: AssistantPart): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'opaque') return `[${part.provider} data]`;
  const problem = part.problem === undefined ? '' : `  (${part.problem})`;
  return `→ ${part.name} ${JSON.stringify(part.arguments)}${problem}`;
}

function contentText(part: ContentPart): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'resource':
      return part.resource.text ?? `[resource ${part.resource.uri}]`;
    case 'resource_link':
      return `[resource ${part.uri}]`;
    default:
      return `[${part.type} ${part.mimeType}, ${bytes(Math.floor(part.data.length * 0.75))}]`;
  }
}

function shortened(text: string): string {
  const lines = text.slice(0, RESULT_CHARS).split('\n').slice(0, RESULT_LINES);
  const shown = lines.join('\n');
  const rest = text.length - shown.length;
  return rest === 0 ? text : `${shown}\n… ${exact(rest)} more characters (--full)`;
}
