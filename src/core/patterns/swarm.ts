import { askValid, type Checked, isFields, listIn, objectSchema, textIn } from './ask-valid.js';
import { aboutOf, byName, type Generates, remembers } from './generates.js';
import { menu } from './sources.js';

export interface SwarmMember {
  agent: Generates;
  /** What the others are told of it; the agent's instruction by default. */
  description?: string;
  /** Names of those it may hand over to; all others by default. */
  handOffs?: readonly string[];
}

export interface SwarmOptions {
  members: readonly SwarmMember[];
  /** Name of the first; the first of `members` by default. */
  start?: string;
  /** Context variables; each member reads them and may set them. */
  context?: Readonly<Record<string, string>>;
  /** Ends the work after so many hand-offs; 10 by default. */
  maxHandOffs?: number;
  prompt?: (context: SwarmPrompt) => string;
  /** Goes on from there: for a workflow that continues as new in `afterHandOff`. */
  from?: SwarmState | undefined;
  afterHandOff?: (state: SwarmState) => void | Promise<void>;
}

/** How far it is: plain data. */
export interface SwarmState {
  /** Who is asked next. */
  next: string;
  context: Record<string, string>;
  replies: SwarmReply[];
}

export interface SwarmPrompt {
  message: string;
  context: Readonly<Record<string, string>>;
  /** What was said since this member was last asked. */
  said: readonly SwarmReply[];
  /** Those it may hand over to, with what each is for. */
  handOffs: string;
  /** The member was asked before, and has the request in its conversation. */
  again: boolean;
}

export interface SwarmReply {
  agent: string;
  text: string;
  /** The one it handed over to. */
  handOff?: string;
  reason?: string;
}

export interface SwarmResult {
  /** What the last member said. */
  text: string;
  /** The last member. */
  agent: string;
  status: 'done' | 'limit';
  context: Record<string, string>;
  replies: SwarmReply[];
}

/** The choice of a member that has finished. */
const DONE = 'done';

/**
 * Agents hand a request over to one another until one has finished it; context variables go with it.
 *
 * @example
 * const { text, context } = await swarm(request, { members: [{ agent: triage }, { agent: refunds }], context: { customer: 'Ada' } });
 */
export async function swarm(message: string, options: SwarmOptions): Promise<SwarmResult> {
  const { maxHandOffs = 10, prompt = swarmPrompt, from: begun } = options;
  const members = byName(
    'swarm',
    options.members.map((member) => ({ name: member.agent.name, ...member })),
  );
  let name = begun?.next ?? options.start ?? options.members[0]?.agent.name ?? '';
  checkNames(members, name, options);
  const context = { ...options.context, ...begun?.context };
  const replies: SwarmReply[] = [...(begun?.replies ?? [])];
  // Members of a run that continues another are told everything: whether they remember it isn't known.
  const heard = new Map<string, number>();
  for (;;) {
    const member = members.get(name) as SwarmMember;
    const from = remembers(member.agent) ? heard.get(name) : undefined;
    const others = (member.handOffs ?? [...members.keys()]).filter((other) => other !== name);
    const text = prompt({
      message,
      context,
      said: replies.slice(from),
      handOffs: menu(others.map((other) => ({ name: other, about: about(members.get(other)) }))),
      again: from !== undefined,
    });
    const turn = await askValid(member.agent, text, schemaOf(others), (answer) => check(answer, others));
    Object.assign(context, turn.context);
    const last = { agent: name, text: turn.reply };
    const done = turn.next === DONE;
    replies.push(done ? last : { ...last, handOff: turn.next, reason: turn.reason });
    heard.set(name, replies.length);
    if (done || replies.length > maxHandOffs)
      return { text: turn.reply, agent: name, status: done ? 'done' : 'limit', context, replies };
    name = turn.next;
    await options.afterHandOff?.({ next: name, context: { ...context }, replies: [...replies] });
  }
}

function checkNames(
  members: ReadonlyMap<string, SwarmMember>,
  first: string,
  { members: list }: SwarmOptions,
): void {
  const named = [first, ...list.flatMap(({ handOffs = [] }) => handOffs)];
  const unknown = named.find((name) => !members.has(name));
  if (unknown !== undefined) throw new TypeError(`swarm: no member has the name "${unknown}"`);
  if (members.has(DONE)) throw new TypeError(`swarm: no member can have the name "${DONE}"`);
}

function about(member: SwarmMember | undefined): string {
  return member === undefined ? '' : aboutOf(member.agent, member.description);
}

function schemaOf(others: string[]) {
  return objectSchema({
    reply: { type: 'string' },
    next: { type: 'string', enum: [...others, DONE] },
    reason: { type: 'string', description: 'Why you hand over' },
    context: {
      type: 'array',
      items: objectSchema({ name: { type: 'string' }, value: { type: 'string' } }),
      description: 'Variables to set',
    },
  });
}

interface Turn {
  reply: string;
  next: string;
  reason: string;
  context: Record<string, string>;
}

function check(answer: unknown, others: string[]): Checked<Turn> {
  if (!isFields(answer)) return { problem: 'it is no object' };
  const next = textIn(answer, 'next');
  if (next !== DONE && !others.includes(next))
    return { problem: `\`next\` must be one of ${[...others, DONE].join(', ')}, not "${next}"` };
  const set = listIn(answer, 'context').filter(isFields);
  const context = Object.fromEntries(set.map((each) => [textIn(each, 'name'), textIn(each, 'value')]));
  return { value: { reply: textIn(answer, 'reply'), next, reason: textIn(answer, 'reason'), context } };
}

function swarmPrompt({ message, context, said, handOffs, again }: SwarmPrompt): string {
  const request = again ? '' : `\n<request>\n${message}\n</request>\n`;
  const news = said.map(({ agent, text, reason }) => {
    const why = reason ? `\n(handed over: ${reason})` : '';
    return `\n<said by=${JSON.stringify(agent)}>\n${text}${why}\n</said>\n`;
  });
  return `Serve the request as far as it is yours. Then set \`next\`: "${DONE}" when it is served, or the name of the one who should go on:
${handOffs || '(nobody)'}
${request}${news.join('')}
<context>
${JSON.stringify(context)}
</context>`;
}
