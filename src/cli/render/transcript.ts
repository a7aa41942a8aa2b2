import type { RunEvent } from '../../client/index.js';
import { isRefused } from '../../core/index.js';
import { formatMs } from '../duration.js';
import { answerFlags, questionText } from './human/question.js';
import { count, isFailed, money, reasonOf, single } from './live/turn-lines.js';
import { bytes } from './look/numbers.js';
import { planLines, taskLine } from './look/plans.js';
import { type Paint, paint } from './paint.js';
import { refusedFix, refusedWhat } from './refusal.js';
import { oneLine } from './width.js';

/** The line (of a plan: lines) that stays for an event that is no part of a turn; undefined for what isn't worth one. */
export function transcriptLine(event: RunEvent, color: boolean): string | undefined {
  const line = lineOf(event, paint(color));
  const indent = '  '.repeat(event.depth ?? 0);
  return line?.replace(/^/gm, indent);
}

function lineOf(event: RunEvent, ink: Paint): string | undefined {
  switch (event.type) {
    case 'run_started': {
      const again = event.continues === undefined ? '' : ink.dim(' (continued)');
      return `${ink.bold(event.workflow)} ${ink.dim(event.workflowId)}${again}`;
    }
    case 'tool_call_completed':
    case 'tool_call_failed':
      return isFailed(event)
        ? `  ${ink.red('✗')} ${event.server}.${event.tool}: ${oneLine(reasonOf(event))}`
        : `  ${single(event, ink)}`;
    case 'activity_completed':
      return event.name.startsWith('mcpa.')
        ? undefined
        : `  ${ink.green('✓')} ${event.name} (${ink.dim(formatMs(event.ms))})`;
    case 'activity_failed':
      return `  ${ink.red('✗')} ${event.name}: ${oneLine(event.message)}`;
    case 'question_asked': {
      const { text, how } = questionParts(event);
      return `${ink.yellow('?')} ${text} ${how}`;
    }
    case 'question_closed':
      return `${ink.yellow('→')} ${event.question} ${closedText(event)}`;
    case 'plan':
      return (
        event.change === 'planned'
          ? planLines(event, ink)
          : event.ended.map(
              (task) => `  ${taskLine(task, ink)} ${ink.dim(`(${oneLine(event.pattern, 40)})`)}`,
            )
      ).join('\n');
    case 'paused':
      if (isRefused(event)) {
        const fix = refusedFix(event, `mcpa resume ${event.workflowId}`);
        return `${ink.yellow('⏸')} waits: ${refusedWhat(event)}\n  ${ink.yellow('fix:')} ${fix}`;
      }
      return `${ink.yellow('⏸')} paused${byText(event)}`;
    case 'resumed':
      return `${ink.yellow('▶')} resumed${byText(event)}`;
    case 'signal':
      return /^mcpa\.|^(pause|resume)$/.test(event.name)
        ? undefined
        : `${ink.yellow('→')} signal ${event.name}`;
    case 'update':
      if (event.state === 'completed') return undefined;
      return `${ink.yellow('→')} update ${event.name}${event.state === 'accepted' ? '' : ` ${event.state}: ${oneLine(event.message ?? '')}`}`;
    case 'answer':
      return event.refused === undefined
        ? undefined
        : `${ink.red('✗')} answer refused: ${oneLine(event.refused)}`;
    case 'child':
      return childLine(event, ink);
    case 'run_continued':
      // The next run's first line says that it goes on; why a run was tried again stands here alone.
      return event.message === undefined
        ? undefined
        : `${ink.yellow('↻')} tried again as a new run after: ${oneLine(event.message)}`;
    case 'task_failed':
      return `${ink.red('!')} blocked, worker ${event.worker}: ${oneLine(event.message)}`;
    case 'catalog_changed':
      return `${ink.yellow('!')} ${oneLine(event.conversation, 60)}: its MCP servers offer other tools from turn ${event.turn} on`;
    case 'servers_missing': {
      const servers = oneLine(event.servers.join(', '), 200);
      const what =
        servers === '' ? 'all MCP servers are back' : `without the tools of ${servers}, which is down`;
      return `${ink.yellow('!')} ${oneLine(event.conversation, 60)}: ${what}, from turn ${event.turn} on`;
    }
    case 'context_compacted': {
      const what = event.policy === 'summarize' ? 'messages summarised' : 'tool results left out';
      const tokens = `about ${count(event.tokensBefore)} → ${count(event.tokensAfter)} tokens`;
      return `${ink.yellow('!')} ${oneLine(event.conversation, 60)}: ${count(event.items)} ${what} (${tokens})`;
    }
    case 'history_nearly_full':
      return `${ink.yellow('!')} history ${Math.floor(event.share * 100)} % full (${count(event.events)} events, ${bytes(event.bytes)}): the engine terminates the run at 100 %`;
    case 'cancel_requested':
      return `${ink.yellow('!')} cancel requested`;
    case 'engine_lost':
      return `${ink.yellow('!')} ${event.message}`;
    default:
      return undefined;
  }
}

/** `q1 Is this draft good?`, or what an approval is about; and `[a/b]` with how to answer. */
export function questionParts(event: RunEvent & { type: 'question_asked' }): { text: string; how: string } {
  const from = event.agent === undefined || /approval|sampling/.test(event.kind) ? '' : `${event.agent}: `;
  if (event.kind === 'form' || event.kind === 'url' || event.kind === 'sampling')
    return {
      text: `${event.question} ${oneLine(from, 60)}${from && ' '}${questionText(event)}`,
      // A round may have several: without its id none of them could be answered.
      how: `· mcpa answer ${event.workflowId} --question ${event.question} ${answerFlags(event)}`,
    };
  const choices = event.kind === 'approval' ? ['approve', 'refuse'] : event.choices;
  const offered = choices === undefined ? '' : `[${oneLine(choices.join('/'), 60)}] `;
  const args = event.tool === undefined ? '' : ` ${oneLine(JSON.stringify(event.tool.arguments), 200)}`;
  return {
    text: `${event.question} ${oneLine(from + event.prompt)}${args}`,
    how: `${offered}· mcpa answer ${event.workflowId}`,
  };
}

function closedText({
  how,
  text,
  decision,
  action,
  edited,
  by,
}: RunEvent & { type: 'question_closed' }): string {
  const who = by === undefined ? '' : ` by ${oneLine(by, 60)}`;
  if (how === 'expired') return 'expired without an answer';
  if (how === 'default') return 'expired: its default was taken';
  if (how === 'cancelled') return 'was withdrawn';
  const said = text === undefined || text === '' ? '' : `: ${oneLine(text, 200)}`;
  if (action === 'decline' || action === 'cancel')
    return `${action === 'cancel' ? 'cancelled' : 'declined'}${who}`;
  if (decision === undefined) return `answered${who}${said}`;
  if (decision === 'refuse') return `refused${who}${said}`;
  return `approved${edited ? ' with other arguments' : ''}${who}${said}`;
}

function byText({ by, reason }: { by?: string; reason?: string }): string {
  return `${by === undefined ? '' : ` by ${oneLine(by, 60)}`}${reason === undefined ? '' : `: ${oneLine(reason, 200)}`}`;
}

function childLine(event: RunEvent & { type: 'child' }, ink: Paint): string | undefined {
  const name = `child ${event.workflow} ${ink.dim(event.childId)}`;
  if (event.state === 'started') return event.statesOnly ? `  ${ink.dim('○')} ${name}` : undefined;
  if (event.state === 'completed') return `  ${ink.green('✓')} ${name}`;
  const why = event.message === undefined ? '' : `: ${oneLine(event.message)}`;
  return `  ${ink.red('✗')} ${name} ${event.state.replace('_', ' ')}${why}`;
}

export interface RunSums {
  ms: number;
  turns: number;
  tokens: number;
  cost?: number;
}

/** How a run ended, and what it took; the cause of a failure is told by the command's error, in full. */
export function endLine(event: RunEvent, { ms, turns, tokens, cost }: RunSums, color: boolean): string {
  const ink = paint(color);
  const used =
    turns === 0 ? [] : [`${count(turns)} turn${turns === 1 ? '' : 's'}`, `${count(tokens)} tokens`];
  const price = cost === undefined ? [] : [money(cost)];
  const how = ink.dim(`(${[formatMs(ms), ...used, ...price].join(', ')})`);
  const word = event.type.replace('run_', '').replace('_', ' ');
  const mark = event.type === 'run_completed' ? ink.green('✓') : ink.red('✗');
  return `${mark} ${word} ${how}`;
}
