import type { Json, JsonObject, JsonSchema } from '../json.js';
import { type FormField, formFields } from './fields.js';

/** The content with the defaults of what it leaves out. */
export function withDefaults(schema: JsonSchema, content: JsonObject): JsonObject {
  const presets = formFields(schema).filter(
    (field) => field.default !== undefined && !Object.hasOwn(content, field.name),
  );
  return { ...content, ...Object.fromEntries(presets.map((field) => [field.name, field.default as Json])) };
}

/** Why a form can't be sent so, with the field; undefined when it can. */
export function formProblem(schema: JsonSchema, given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return 'the form is no JSON object';
  const fields = formFields(schema);
  const content = withDefaults(schema, given as JsonObject);
  const unknown = Object.keys(content).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) {
    const names = fields.map(({ name }) => name).join(', ') || 'none';
    return `field ${unknown}: the form has no such field; its fields: ${names}`;
  }
  for (const field of fields) {
    const problem = fieldProblem(field, Object.hasOwn(content, field.name) ? content[field.name] : undefined);
    if (problem !== undefined) return `field ${field.name}: ${problem}`;
  }
  return undefined;
}

/**
 * Why a field can't have this value; undefined stands for a field that is left out. Its pattern is not for the run to
 * check: a server's regular expression could stop the thread that it shares with others.
 */
export function fieldProblem(field: FormField, value: Json | undefined): string | undefined {
  if (value === undefined) return field.required ? 'it is required' : undefined;
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'number':
    case 'integer':
      return numberProblem(field, value);
    case 'choice':
      return typeof value === 'string' && isOption(field, value)
        ? undefined
        : `must be one of ${listed(field)}`;
    case 'choices':
      return choicesProblem(field, value);
    default:
      return textProblem(field, value);
  }
}

/** What a person typed as the value of a field; a text that is no such value stays text, for `fieldProblem` to refuse. */
export function valueOfText(field: FormField, text: string): Json {
  if (field.type === 'number' || field.type === 'integer')
    return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (field.type === 'boolean') {
    if (/^(true|yes|y)$/i.test(text.trim())) return true;
    return /^(false|no|n)$/i.test(text.trim()) ? false : text;
  }
  if (field.type === 'choices') return text.split(',').map((each) => each.trim());
  return text;
}

function numberProblem({ type, least, most }: FormField, value: Json): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value))
    return type === 'integer' ? 'must be a whole number' : 'must be a number';
  if (type === 'integer' && !Number.isInteger(value)) return 'must be a whole number';
  if (least !== undefined && value < least) return `must be ${least} or more`;
  return most !== undefined && value > most ? `must be ${most} or less` : undefined;
}

function textProblem({ format, least, most }: FormField, value: Json): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  // JSON Schema counts code points.
  const { length } = [...value];
  if (least !== undefined && length < least) return `must have ${least} characters or more`;
  if (most !== undefined && length > most) return `must have ${most} characters or less`;
  return format === undefined ? undefined : formatProblem(format, value);
}

function choicesProblem(field: FormField, value: Json): string | undefined {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string' && isOption(field, each)))
    return `must be a list of ${listed(field)}`;
  if (new Set(value).size !== value.length) return 'names one choice twice';
  const { least, most } = field;
  if (least !== undefined && value.length < least) return `wants ${least} choices or more`;
  return most !== undefined && value.length > most ? `takes ${most} choices or less` : undefined;
}

function isOption({ options = [] }: FormField, value: string): boolean {
  return options.some((option) => option.value === value);
}

function listed({ options = [] }: FormField): string {
  return options.map(({ value }) => value).join(', ');
}

/** MCP has these four formats; another one is the server's to check. */
const FORMATS: Record<string, { text: string; fits: (value: string) => boolean }> = {
  email: { text: 'an e-mail address', fits: (value) => /^[^\s@]+@[^\s@]+$/.test(value) },
  uri: { text: 'a URI', fits: (value) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(value) },
  date: { text: 'a date such as 2026-11-23', fits: isDay },
  'date-time': { text: 'a date with time such as 2026-11-23T20:00:00Z', fits: isMoment },
};

/** What a text of this format is, for a person. */
export function formatText(format: string): string {
  return Object.hasOwn(FORMATS, format) ? (FORMATS[format]?.text ?? format) : format;
}

function formatProblem(format: string, value: string): string | undefined {
  const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return known === undefined || known.fits(value) ? undefined : `must be ${known.text}`;
}

function isMoment(value: string): boolean {
  const [, day, rest] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))$/i.exec(value) ?? [];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(`${day}${rest?.toUpperCase()}`));
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const at = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}
