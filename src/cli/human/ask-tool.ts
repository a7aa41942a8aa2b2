import { patternProblem } from '../../client/human/pattern-problem.js';
import type { AnswerInput, Question } from '../../client/index.js';
import {
  type FormField,
  fieldProblem,
  formatText,
  formFields,
  type Json,
  type JsonObject,
  McpaError,
  valueOfText,
} from '../../core/index.js';
import { oneLine, printable } from '../render/width.js';
import type { Terminal } from './ask.js';

type Reply = Promise<AnswerInput | undefined>;

/** A form of a tool, field by field; each value is checked where it is typed. */
export async function fillIn(question: Question, terminal: Terminal): Reply {
  if (question.schema === undefined) throw unread(question, 'the form');
  const action = await accepted(question, terminal, 'answer', printable(question.prompt));
  if (action === undefined || action !== 'accept') return action && { action };
  const content: JsonObject = {};
  for (const field of formFields(question.schema)) {
    const value = await askField(field, terminal);
    if (value === undefined) return undefined;
    if (value !== NONE) content[field.name] = value as Json;
  }
  return { action, content };
}

/** Long ones stand in the run alone, not in its memo: nobody may answer what was not shown. */
function unread({ id }: Question, what: string): McpaError {
  const message = `${what} of question ${id} is long, and no worker answers that could tell it`;
  return new McpaError('NO_WORKER', message, { hint: 'mcpa worker in another terminal; then mcpa answer' });
}

/** A page to visit: shown whole, never opened from here. */
export function visit(question: Question, terminal: Terminal): Reply {
  const message = `${printable(question.prompt)}\n  ${oneLine(question.url ?? '', 4_000)}`;
  return accepted(question, terminal, 'visited: done', message).then((action) => action && { action });
}

/** What a tool asks the model, shown whole: may it be answered? */
export async function permit(question: Question, terminal: Terminal): Reply {
  const { prompt, sampling } = question;
  if (sampling === undefined) throw unread(question, 'what the model is asked');
  const { prompts, common, given } = terminal;
  const { systemPrompt, messages, maxTokens } = sampling;
  const lines = messages.map(({ role, text }) => `${role}: ${text}`);
  if (systemPrompt !== undefined) lines.unshift(`system: ${systemPrompt}`);
  lines.push(`(${maxTokens} tokens at most)`);
  process.stderr.write(`${printable(lines.join('\n'))}\n`);
  const options = [
    { value: 'approve' as const, label: 'approve: the model answers it' },
    { value: 'refuse' as const, label: 'refuse' },
  ];
  const decision = given(await prompts.select({ ...common, message: printable(prompt), options }));
  return decision && { decision };
}

async function accepted(
  { tool }: Question,
  { prompts, common, given }: Terminal,
  accept: string,
  message: string,
): Promise<'accept' | 'decline' | 'cancel' | undefined> {
  const who = tool === undefined ? 'A tool' : `${tool.server}.${tool.tool}`;
  const options = [
    { value: 'accept' as const, label: accept },
    { value: 'decline' as const, label: 'decline: the tool is told no' },
    { value: 'cancel' as const, label: 'cancel: neither yes nor no' },
  ];
  return given(
    await prompts.select({ ...common, message: `${oneLine(who, 100)} asks: ${message}`, options }),
  );
}

/** The field is left out. */
const NONE = Symbol('none');

async function askField(field: FormField, terminal: Terminal): Promise<Json | typeof NONE | undefined> {
  const { prompts, common, given } = terminal;
  const message = messageOf(field);
  const named = optionsOf(field);
  if (named !== undefined && field.type === 'choices') {
    const initialValues = (Array.isArray(field.default) ? field.default : []).map(String);
    for (;;) {
      const several = { ...common, message, options: named, initialValues, required: false };
      const values = given(await prompts.multiselect<string>(several));
      if (values === undefined) return undefined;
      if (values.length === 0 && !field.required && field.default === undefined) return NONE;
      const problem = fieldProblem(field, values);
      if (problem === undefined) return values;
      prompts.log.warn(`${oneLine(field.title, 100)}: ${oneLine(problem)}`, common);
    }
  }
  if (named !== undefined) {
    const preset = field.default === undefined ? {} : { initialValue: String(field.default) };
    const none = field.required || field.default !== undefined ? [] : [{ value: LEFT_OUT, label: '(none)' }];
    const value = given(
      await prompts.select<string>({ ...common, message, options: [...named, ...none], ...preset }),
    );
    if (value === undefined || value === LEFT_OUT) return value && NONE;
    return field.type === 'boolean' ? value === 'true' : value;
  }
  const preset = field.default === undefined ? {} : { initialValue: printable(String(field.default)) };
  const left = (text = '') => text === '' && !field.required && field.default === undefined;
  const text = given(
    await prompts.text({
      ...common,
      message,
      ...preset,
      validate: (typed = '') => (left(typed) ? undefined : typedProblem(field, typed)),
    }),
  );
  if (text === undefined) return undefined;
  return left(text) ? NONE : valueOfText(field, text);
}

/** What a person should know before typing. */
function messageOf({ title, description, required, format, pattern }: FormField): string {
  const wanted = [
    ...(format === undefined ? [] : [oneLine(formatText(format), 100)]),
    ...(pattern === undefined ? [] : [`pattern ${oneLine(pattern, 200)}`]),
  ];
  const kind = wanted.length === 0 ? '' : ` (${wanted.join(', ')})`;
  const about = description === undefined ? '' : `: ${oneLine(description, 300)}`;
  return `${oneLine(title, 100)}${required ? '' : ' (optional)'}${kind}${about}`;
}

/** Why what was typed is no value of the field. */
function typedProblem(field: FormField, typed: string): string | undefined {
  if (typed === '' && !mayBeEmpty(field)) return 'it is required';
  const value = valueOfText(field, typed);
  const problem = fieldProblem(field, value) ?? patternProblem(field, value);
  return problem && oneLine(problem, 300);
}

/** An empty text is a text to a schema, but Enter alone says nothing: it counts only where it is allowed in so many words. */
function mayBeEmpty({ type, required, least, default: preset }: FormField): boolean {
  return type !== 'text' || !required || least === 0 || preset !== undefined;
}

const LEFT_OUT = '\u0000none';

function optionsOf({ type, options }: FormField): { value: string; label: string }[] | undefined {
  if (type === 'boolean')
    return [
      { value: 'true', label: 'yes' },
      { value: 'false', label: 'no' },
    ];
  return options?.map(({ value, title }) => ({ value, label: oneLine(title, 100) }));
}
