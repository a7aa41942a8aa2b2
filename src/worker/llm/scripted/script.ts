import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Json, McpaError } from '../../../core/index.js';
import { MODEL_ERROR_CLASSES } from '../errors/error-classes.js';
import { unknownPlaceholder } from './fill.js';

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
const regex = z.string().superRefine((text, context) => {
  try {
    new RegExp(text, 's');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not a regular expression: ${(error as Error).message}` });
  }
});

const when = z
  .strictObject({
    contains: z.string().optional(),
    equals: z.string().optional(),
    matches: regex.optional(),
    tool: z.string().min(1).optional(),
    agent: z.string().min(1).optional(),
    summary: z.literal(true).optional(),
  })
  .refine(
    (value) => Object.keys(value).length > 0,
    'needs one of contains, equals, matches, tool, agent, summary',
  );

const count = z.number().int().nonnegative();
const turn = z
  .strictObject({
    when: when.optional(),
    say: z.string().optional(),
    json: json.optional(),
    tools: z
      .array(z.strictObject({ tool: z.string().min(1), args: z.record(z.string(), json).default({}) }))
      .min(1)
      .optional(),
    delayMs: z.number().nonnegative().optional(),
    usage: z
      .strictObject({ input: count, output: count, cacheRead: count, cacheWrite: count })
      .partial()
      .optional(),
    error: z
      .strictObject({
        class: z.enum(MODEL_ERROR_CLASSES),
        message: z.string().default('the script asks for this error'),
        retryAfterMs: z.number().nonnegative().optional(),
        status: z.number().int().optional(),
        times: z.number().int().positive().optional(),
      })
      .optional(),
    stream: z.boolean().default(true),
  })
  .refine((value) => value.say !== undefined || value.json !== undefined || value.tools || value.error, {
    message: 'does nothing: needs say, json, tools or error',
  })
  .refine((value) => value.say === undefined || value.json === undefined, {
    message: 'has both say and json: use one',
  });

const script = z
  .strictObject({
    turns: z.array(turn).optional(),
    conversations: z.record(z.string(), z.array(turn)).optional(),
  })
  .refine((value) => value.turns || value.conversations, { message: 'needs turns: or conversations:' });

export type ScriptTurn = z.infer<typeof turn>;
export interface Script {
  /** Where it came from, for messages. */
  file: string;
  turns: ScriptTurn[];
  /** Turns by agent name; an agent that stands here uses no others. */
  conversations: Record<string, ScriptTurn[]>;
}

/** Reads a script; throws `SCRIPT_INVALID` with every problem as `file:line:column key: problem`. */
export function parseScript(text: string, file = 'script'): Script {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number | undefined) => {
    const position = lines.linePos(offset ?? 0);
    return `${file}:${position.line}:${position.col}`;
  };
  if (document.errors.length > 0) {
    fail(document.errors.map((error) => `${at(error.pos[0])} ${error.message.split('\n')[0]}`));
  }
  const parsed = script.safeParse(document.toJS());
  if (!parsed.success) {
    fail(
      parsed.error.issues.map((issue) => {
        const keys = issue.path as Array<string | number>;
        return `${at(offsetOf(document, keys))} ${keyPath(keys)}: ${issue.message}`;
      }),
    );
  }
  const result: Script = {
    file,
    turns: parsed.data.turns ?? [],
    conversations: parsed.data.conversations ?? {},
  };
  const unknown = unknownPlaceholder(result);
  if (unknown) {
    const problem = `unknown placeholder ${unknown} — known are {{last}}, {{input}} and {{result.N}}, N from 0`;
    fail([`${at(Math.max(0, text.indexOf(unknown)))} ${problem}`]);
  }
  return result;
}

function fail(problems: string[]): never {
  throw new McpaError(
    'SCRIPT_INVALID',
    `The script of the scripted model is not valid:\n${problems.join('\n')}`,
    {
      hint: 'docs/scripted-model.md shows the format.',
    },
  );
}

/** A missing key has no place of its own: the nearest parent's is told. */
function offsetOf(
  document: ReturnType<typeof parseDocument>,
  path: Array<string | number>,
): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0];
}

function keyPath(keys: Array<string | number>): string {
  const text = keys.map((key) => (typeof key === 'number' ? `[${key + 1}]` : `.${key}`)).join('');
  return text.replace(/^\./, '') || 'file';
}
