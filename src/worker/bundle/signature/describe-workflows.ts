import type { JsonObject, WorkflowParameter, WorkflowSignature } from '../../../core/index.js';
import type { SwcNode } from '../packages.js';
import { discoverWorkflows, type WorkflowSource } from '../source/discover.js';
import type { ParsedSource } from '../source/parse-source.js';
import { exportedSchema } from './exported-schema.js';
import { literalValue } from './literal-value.js';
import { TypeSchemas } from './type-schema.js';
import { TypeScopes } from './type-scope.js';
import { unreadType } from './unread-type.js';

export interface DescribedWorkflow extends WorkflowSource, WorkflowSignature {
  /** What tells its parameters and can't be read, with its place and what to write instead. */
  unread?: string;
}

/** The project's workflows with their docstrings and parameters, read from the sources without running them. */
export async function describeWorkflows(options: {
  projectDir: string;
  patterns: string[];
}): Promise<DescribedWorkflow[]> {
  const scopes = new TypeScopes();
  const workflows = await discoverWorkflows(options);
  return workflows.map((workflow) => ({ ...workflow, ...signatureOf(workflow, scopes) }));
}

type Signature = Omit<WorkflowSignature, 'name'> & Pick<DescribedWorkflow, 'unread'>;

function signatureOf({ name, file, line }: WorkflowSource, scopes: TypeScopes): Signature {
  const source = scopes.sourceOf(file);
  const declared = functionAt(source, line);
  const doc = declared && docParts(source.docOf(declared.statement));
  const exported = exportedSchema(source, `${name}Input`);
  if (exported?.schema)
    return { ...described(doc), parameters: [{ name: 'input', schema: exported.schema, optional: false }] };
  const unread = exported ?? unreadType(declared?.node.params ?? [], source, scopes);
  const hint = `write a JSON Schema of literals: export const ${name}Input = { type: 'object', properties: { … } }`;
  return {
    ...described(doc),
    parameters: declared ? parametersOf(declared.node, doc, source, scopes) : ANYTHING,
    ...(unread && {
      unread: `${file}:${unread.line}: ${unread.what} can't be read from the source; ${hint}`,
    }),
  };
}

/** A function that a call returns: nothing is known of its parameters. */
const ANYTHING: WorkflowParameter[] = [{ name: 'input', schema: {}, optional: true }];

function parametersOf(
  node: SwcNode,
  doc: DocParts | undefined,
  source: ParsedSource,
  scopes: TypeScopes,
): WorkflowParameter[] {
  const schemas = new TypeSchemas(scopes);
  return (node.params as SwcNode[]).map((each, at) => {
    const parameter = readParameter(each.type === 'Parameter' ? each.pat : each, at, source, schemas);
    const description = doc?.parameters.get(parameter.name);
    return description === undefined
      ? parameter
      : { ...parameter, schema: { ...parameter.schema, description } };
  });
}

const described = (doc: DocParts | undefined) => (doc?.text ? { description: doc.text } : {});

/** The function that begins in a line, and the statement that its docstring stands before. */
function functionAt(source: ParsedSource, line: number): { node: SwcNode; statement: SwcNode } | undefined {
  for (const statement of source.body) {
    const declaration = (statement.declaration ?? statement.decl ?? statement) as SwcNode;
    if (declaration.type === 'VariableDeclaration') {
      for (const item of declaration.declarations as SwcNode[]) {
        const isFunction = /^(Arrow)?FunctionExpression$/.test(item.init?.type ?? '');
        if (isFunction && [item, statement].some((node) => source.lineOf(node) === line))
          return { node: item.init, statement };
      }
    } else if (/^Function(Declaration|Expression)$/.test(declaration.type) && declaration.body) {
      if ([statement, declaration].some((node) => source.lineOf(node) === line))
        return { node: declaration, statement };
    }
  }
  return undefined;
}

function readParameter(
  pattern: SwcNode,
  at: number,
  source: ParsedSource,
  schemas: TypeSchemas,
): WorkflowParameter {
  if (pattern.type === 'AssignmentPattern') {
    const parameter = readParameter(pattern.left, at, source, schemas);
    const value = literalValue(pattern.right);
    const schema = pattern.left.typeAnnotation || value === undefined ? parameter.schema : typeOf(value);
    return {
      ...parameter,
      optional: true,
      schema: { ...schema, ...(value !== undefined && { default: value }) },
    };
  }
  const schema = schemas.of(pattern.typeAnnotation, source);
  if (pattern.type === 'RestElement')
    return { name: pattern.argument.value ?? 'rest', schema, optional: true, rest: true };
  const name =
    pattern.type === 'Identifier' ? (pattern.value as string) : at === 0 ? 'input' : `input${at + 1}`;
  // Plain JavaScript tells no types, and no function of it refuses a missing argument.
  const optional = pattern.optional === true || !pattern.typeAnnotation;
  return { name, schema, optional };
}

function typeOf(value: unknown): JsonObject {
  if (Array.isArray(value)) return { type: 'array' };
  return value === null ? {} : { type: typeof value };
}

interface DocParts {
  text: string;
  parameters: Map<string, string>;
}

/** The sentence before the tags, and what `@param` says of each parameter. */
function docParts(doc: string | undefined): DocParts | undefined {
  if (doc === undefined) return undefined;
  const [text = '', ...tags] = doc.split(/^@/m);
  const parameters = new Map<string, string>();
  for (const tag of tags) {
    const [, name, about] = /^param\s+(?:\{[^}]*\}\s*)?\[?([\w$]+)[^\s]*\s*-?\s*([\s\S]*)$/.exec(tag) ?? [];
    if (name && about) parameters.set(name, about.replace(/\s+/g, ' ').trim());
  }
  return { text: text.replace(/\s+/g, ' ').trim(), parameters };
}
