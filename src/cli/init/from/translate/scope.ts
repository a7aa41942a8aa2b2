import { Untranslatable } from '../python/untranslatable.js';

/** What a Python name stands for in the stub. */
export type Meaning =
  | { kind: 'value' | 'any' | 'function'; ts: string }
  | { kind: 'agent'; ts: string; servers: string[] }
  /** A pattern's object: a call of ours, with `MESSAGE` where the prompt goes. */
  | { kind: 'pattern'; ts: string }
  /** The app, its context, a logger: mcpa has none. */
  | { kind: 'app' };

export interface Note {
  line: number;
  python: string;
  reason: string;
}

const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum export extends false finally
  for function if implements import in instanceof interface let new null package private protected public return static
  super switch this throw true try typeof var void while with yield any string number boolean object undefined
  Agent Array Date Error JSON Map Math Number Object Promise Record Set String Symbol activities condition defineQuery
  defineSignal evaluatorOptimizer log orchestrator parallel setHandler sleep untranslated waitForHumanInput`.split(
    /\s+/,
  ),
);

export const camelCase = (name: string): string => {
  const plain = name.replace(/^_+|_+$/g, '') || 'value';
  const camel = plain.replace(/_+([a-zA-Z0-9])/g, (_, next: string) => next.toUpperCase());
  return RESERVED.has(camel) ? `${camel}_` : camel;
};

export const pascalCase = (name: string): string => {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(joined) ? joined : `Workflow${joined}`;
};

/** The names of one stub, what it imports, what stands above its body, and what was left to its user. */
export class Scope {
  readonly imports = new Map<string, Set<string>>();
  readonly prelude: string[] = [];
  readonly notes: Note[] = [];
  readonly names = new Map<string, Meaning>();
  /** Names that Python gives a value in more than one place or block: declared once, at the top. */
  readonly shared = new Set<string>();
  /** Names whose value was not translated. */
  readonly missing = new Set<string>();
  /** The tasks of the project, by their Python name. */
  constructor(
    readonly tasks: ReadonlySet<string>,
    readonly file: string,
    private readonly constant: (name: string, scope: Scope) => Meaning | undefined = () => undefined,
  ) {}

  use(name: string, from = 'mcpa/workflow'): string {
    const names = this.imports.get(from) ?? new Set();
    this.imports.set(from, names.add(name));
    return name;
  }

  lookup(name: string): Meaning {
    const known = this.names.get(name) ?? this.constant(name, this);
    if (known === undefined) throw new Untranslatable(`\`${name}\` is not known here`);
    this.names.set(name, known);
    return known;
  }

  /** A call that throws when it is reached, and a note for the report. */
  untranslated(line: number, python: string, reason: string): string {
    const follows = [...this.missing].some((name) => new RegExp(`\\b${name}\\b`).test(python));
    // What follows from a note above needs none of its own.
    if (!follows) this.notes.push({ line, python, reason });
    this.use('untranslated', '../untranslated.js');
    const first = shorten(python);
    return `untranslated(${quote(`${this.file}:${line}: ${first}`)})`;
  }

  /** A signal that code waits for: kept when it comes early. */
  waitFor(signal: string): string {
    const received = `${camelCase(signal.replace(/\W+/g, '_'))}Signal`;
    const wait = `waitFor${received[0]!.toUpperCase()}${received.slice(1)}`;
    if (this.prelude.some((line) => line.includes(`const ${wait} `))) return wait;
    for (const name of ['condition', 'defineSignal', 'setHandler']) this.use(name, '@temporalio/workflow');
    this.prelude.push(
      `let ${received}: { payload: unknown } | undefined;`,
      `setHandler(defineSignal<[unknown?]>(${quote(signal)}), (payload) => {`,
      `  ${received} = { payload };`,
      '});',
      `const ${wait} = async (timeout?: number): Promise<any> => {`,
      `  const came = () => ${received} !== undefined;`,
      `  if (timeout === undefined) await condition(came);`,
      `  else if (!(await condition(came, timeout))) throw new Error(${quote(`no signal ${signal} in time`)});`,
      `  return ${received}?.payload;`,
      '};',
    );
    return wait;
  }
}

/** The first line, as far as a message needs it. */
export function shorten(python: string): string {
  const first = python.split('\n')[0]!.trim();
  return first.length > 80 ? `${first.slice(0, 79)}…` : first;
}

export function quote(text: string): string {
  if (!text.includes('\n'))
    return `'${text.replace(/[\\']/g, '\\$&').replace(/\r/g, '\\r').replace(/\t/g, '\\t')}'`;
  return `\`${inTemplate(text)}\``;
}

/** Text between backticks. */
export function inTemplate(text: string): string {
  return text.replace(/[\\`]|\$\{/g, '\\$&');
}
