import type { RunEvent } from '../../client/index.js';
import { formatMs } from '../duration.js';
import { paint } from './paint.js';
import { oneLine } from './width.js';

/** Plain output has no spinner: the start of a step gets a line too, so that a long one doesn't look dead. */
export function plainLine(event: RunEvent, color: boolean): string | undefined {
  if (event.type === 'turn_started') return `${paint(color).dim('○')} ${event.agent} turn ${event.turn}`;
  return transcriptLine(event, color);
}

/** The line that stays for an event; undefined for what isn't worth one. */
export function transcriptLine(event: RunEvent, color: boolean): string | undefined {
  const ink = paint(color);
  switch (event.type) {
    case 'run_started':
      return `${ink.bold(event.workflow)} ${ink.dim(event.workflowId)}`;
    case 'model_call_completed': {
      const said = event.text.trim() ? ` ${oneLine(event.text)}` : '';
      const tokens = event.usage.input + event.usage.output + event.usage.cacheRead + event.usage.cacheWrite;
      const cost = ink.dim(`${formatMs(event.ms)}, ${tokens} tokens`);
      return `${ink.cyan('●')} ${event.agent} turn ${event.turn} (${cost})${said}`;
    }
    case 'model_call_failed':
      return `${ink.red('✗')} ${event.agent} turn ${event.turn}: ${oneLine(event.message)}`;
    case 'tool_call_completed': {
      const mark = event.isError ? ink.red('✗') : ink.green('✓');
      const call = `${event.server}.${event.tool}`;
      return `  ${mark} ${call} (${ink.dim(formatMs(event.ms))}) ${ink.dim(oneLine(event.text))}`.trimEnd();
    }
    case 'tool_call_failed':
      return `  ${ink.red('✗')} ${event.server}.${event.tool}: ${oneLine(event.message)}`;
    case 'activity_completed':
      return event.name.startsWith('mcpa.')
        ? undefined
        : `  ${ink.green('✓')} ${event.name} (${ink.dim(formatMs(event.ms))})`;
    case 'activity_failed':
      return `  ${ink.red('✗')} ${event.name}: ${oneLine(event.message)}`;
    case 'retry': {
      const next = event.nextMs > 0 ? `again in ${formatMs(event.nextMs)}` : 'trying now';
      return `  ${ink.yellow('↻')} attempt ${event.attempt}, ${next}: ${oneLine(event.message)}`;
    }
    case 'signal':
      return `${ink.yellow('→')} signal ${event.name}`;
    case 'child':
      return `  ${ink.dim(`child ${event.workflow} ${event.childId} ${event.state}`)}`;
    case 'task_failed':
      return `${ink.red('!')} worker ${event.worker}: ${oneLine(event.message)}`;
    case 'cancel_requested':
      return `${ink.yellow('!')} cancel requested`;
    case 'engine_lost':
      return `${ink.yellow('!')} ${event.message}`;
    default:
      return undefined;
  }
}
