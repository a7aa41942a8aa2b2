import type { RunEvent } from '../../client/index.js';
import { isRefused } from '../../core/index.js';

const LONGEST = 300;

/** The line that a client shows for an event; undefined for what isn't worth one. */
export function progressText(event: RunEvent): string | undefined {
  const text = textOf(event);
  return text === undefined
    ? undefined
    : oneLine(event.depth === undefined ? text : `${event.workflowId}: ${text}`);
}

function textOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run_started':
      return event.continues === undefined ? `${event.workflow} ${event.workflowId} started` : undefined;
    case 'turn_started':
      return `${event.agent}: turn ${event.turn}`;
    case 'model_call_failed':
      return `${event.agent}: model call failed: ${event.message}`;
    case 'tool_call_started':
      return `${event.agent}: ${event.server}.${event.tool}`;
    case 'tool_call_completed':
      return event.isError
        ? `${event.agent}: ${event.server}.${event.tool} failed: ${event.text}`
        : undefined;
    case 'tool_progress':
      return event.message === undefined ? undefined : `${event.server}.${event.tool}: ${event.message}`;
    case 'tool_call_failed':
      return `${event.agent}: ${event.server}.${event.tool} failed: ${event.message}`;
    case 'activity_completed':
      return event.name.startsWith('mcpa.') ? undefined : `${event.name} done`;
    case 'activity_failed':
      return `${event.name} failed: ${event.message}`;
    case 'question_asked':
      return `asks (${event.question}): ${event.prompt}`;
    case 'question_closed':
      return `${event.question} ${event.how}`;
    case 'paused':
      return isRefused(event) ? `waits for ${event.provider}: ${event.message}` : 'paused';
    case 'resumed':
      return 'resumed';
    case 'plan':
      return event.change === 'planned'
        ? `planned: ${event.objective}`
        : event.ended.map(planTask).join(', ');
    case 'child':
      return `child ${event.workflow} ${event.state.replace('_', ' ')}`;
    case 'task_failed':
      return `blocked, worker ${event.worker}: ${event.message}`;
    case 'cancel_requested':
      return 'cancel requested';
    default:
      return undefined;
  }
}

const planTask = (task: { description: string; state: string }) => `${task.description}: ${task.state}`;

/** Clients show it in a terminal or a chat: no control characters, one line. */
function oneLine(text: string): string {
  const flat = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  return flat.length > LONGEST ? `${flat.slice(0, LONGEST - 1)}…` : flat;
}
