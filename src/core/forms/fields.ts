import type { Json, JsonObject, JsonSchema } from '../json.js';

export interface FieldOption {
  value: string;
  /** What a person is shown. */
  title: string;
}

/** One field of a tool's form, as MCP's flat schemas describe it (`PrimitiveSchemaDefinition`). */
export interface FormField {
  name: string;
  title: string;
  description?: string;
  /** `choice`: one of the options; `choices`: several of them. */
  type: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'choices';
  required: boolean;
  default?: Json;
  options?: FieldOption[];
  /** Of a text: `email`, `uri`, `date`, `date-time`. */
  format?: string;
  /** Of a text: the regular expression that it matches somewhere. */
  pattern?: string;
  /** Characters of a text, the value of a number, how many choices. */
  least?: number;
  most?: number;
}

/** The fields of a form in their order; one of a kind that forms don't have is left out, and `strangeField` names it. */
export function formFields(schema: JsonSchema): FormField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return propertiesOf(schema).flatMap(([name, each]) => {
    const field = fieldOf(name, each, required.includes(name));
    return field === undefined ? [] : [field];
  });
}

/** The first field that no form can have: an object, a list of objects, a schema that is none. */
export function strangeField(schema: JsonSchema): string | undefined {
  return propertiesOf(schema).find(([name, each]) => fieldOf(name, each, false) === undefined)?.[0];
}

function propertiesOf({ properties }: JsonSchema): [string, unknown][] {
  return isObject(properties) ? Object.entries(properties) : [];
}

function fieldOf(name: string, schema: unknown, required: boolean): FormField | undefined {
  if (!isObject(schema)) return undefined;
  const kind = kindOf(schema);
  if (kind === undefined) return undefined;
  const { title, description, default: preset } = schema;
  return {
    name,
    title: typeof title === 'string' && title !== '' ? title : name,
    ...(typeof description === 'string' ? { description } : {}),
    required,
    ...(preset === undefined || preset === null ? {} : { default: preset }),
    ...kind,
  };
}

function kindOf(
  schema: JsonObject,
): Pick<FormField, 'type' | 'options' | 'format' | 'pattern' | 'least' | 'most'> | undefined {
  const options = optionsOf(schema);
  switch (schema.type) {
    case 'string':
      if (options !== undefined) return { type: 'choice', options };
      return {
        type: 'text',
        ...(typeof schema.format === 'string' ? { format: schema.format } : {}),
        ...(typeof schema.pattern === 'string' ? { pattern: schema.pattern } : {}),
        ...between(schema.minLength, schema.maxLength),
      };
    case 'number':
    case 'integer':
      return { type: schema.type, ...between(schema.minimum, schema.maximum) };
    case 'boolean':
      return { type: 'boolean' };
    case 'array': {
      const each = isObject(schema.items) ? optionsOf(schema.items) : undefined;
      return each && { type: 'choices', options: each, ...between(schema.minItems, schema.maxItems) };
    }
    default:
      return undefined;
  }
}

/** `oneOf` and `anyOf` with titles, `enum`, and the older `enum` with `enumNames`. */
function optionsOf({ oneOf, anyOf, enum: values, enumNames }: JsonObject): FieldOption[] | undefined {
  const titled = oneOf ?? anyOf;
  if (Array.isArray(titled))
    return titled.filter(isObject).map(({ const: value, title }) => ({
      value: String(value),
      title: typeof title === 'string' ? title : String(value),
    }));
  if (!Array.isArray(values)) return undefined;
  const names = Array.isArray(enumNames) ? enumNames : [];
  return values.map((value, index) => ({ value: String(value), title: String(names[index] ?? value) }));
}

function between(least: Json | undefined, most: Json | undefined): { least?: number; most?: number } {
  return {
    ...(typeof least === 'number' ? { least } : {}),
    ...(typeof most === 'number' ? { most } : {}),
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
