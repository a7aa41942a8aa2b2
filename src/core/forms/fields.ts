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

/** The form for a client that knows MCP's own kinds of fields only: none may be null. */
export function withoutNulls(schema: JsonSchema): JsonSchema {
  const optional = new Set<unknown>();
  const properties = propertiesOf(schema).map(([name, given]) => {
    const { schema: field, nullable } = isObject(given)
      ? withoutNull(given)
      : { schema: given, nullable: false };
    if (!nullable) return [name, given];
    optional.add(name);
    const { default: preset, ...rest } = field as JsonObject;
    return [name, preset === undefined || preset === null ? rest : { ...rest, default: preset }];
  });
  if (optional.size === 0) return schema;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const left = required.filter((name) => !optional.has(name));
  return { ...schema, properties: Object.fromEntries(properties), required: left };
}

function propertiesOf({ properties }: JsonSchema): [string, unknown][] {
  return isObject(properties) ? Object.entries(properties) : [];
}

function fieldOf(name: string, given: unknown, required: boolean): FormField | undefined {
  if (!isObject(given)) return undefined;
  const { schema, nullable } = withoutNull(given);
  const kind = kindOf(schema);
  if (kind === undefined) return undefined;
  const { title, description, default: preset } = schema;
  return {
    name,
    title: typeof title === 'string' && title !== '' ? title : name,
    ...(typeof description === 'string' ? { description } : {}),
    // A form's answer has no null: the field is left out instead.
    required: required && !nullable,
    ...(preset === undefined || preset === null ? {} : { default: preset }),
    ...kind,
  };
}

/** Generators write an optional field as one that may be null: `type: [T, 'null']`, or a choice of T and null. */
function withoutNull(schema: JsonObject): { schema: JsonObject; nullable: boolean } {
  const { type, enum: values, anyOf, oneOf, ...rest } = schema;
  if (Array.isArray(type)) {
    const others = type.filter((each) => each !== 'null');
    if (others.length !== 1) return { schema, nullable: false };
    const options = Array.isArray(values) ? values.filter((each) => each !== null) : values;
    return {
      schema: { ...schema, type: others[0] as Json, ...(options === undefined ? {} : { enum: options }) },
      nullable: type.includes('null'),
    };
  }
  const either = anyOf ?? oneOf;
  if (type !== undefined || !Array.isArray(either)) return { schema, nullable: false };
  const [only, ...more] = either.filter((each) => !isObject(each) || each.type !== 'null');
  if (!isObject(only) || more.length > 0) return { schema, nullable: false };
  return { schema: { ...only, ...rest }, nullable: either.length > 1 };
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
