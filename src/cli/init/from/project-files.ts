export interface ProjectFile {
  path: string;
  text: string;
  mode?: number;
}

const UNTRANSLATED = `/** What the Python did here is yours to write. */
export class Untranslated extends Error {}

/** Stands where the Python was not translated; the run that reaches it fails and names the place. */
export function untranslated(python: string): any {
  throw new Untranslated(\`not translated yet: \${python}\`);
}
`;

const GITIGNORE = `node_modules/
.mcpa/
.env
mcp_agent.secrets.yaml
`;

/** What a project has besides its config and its workflows. */
export function projectFiles(
  { name, mcpa }: { name: string; mcpa: string },
  workflows: string[],
  notes: string[],
): ProjectFile[] {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const manifest = {
    name,
    private: true,
    type: 'module',
    scripts: { dev: 'mcpa dev', worker: 'mcpa worker', check: 'tsc --noEmit' },
    dependencies: { mcpa },
    devDependencies: { '@types/node': '^20.19.43', typescript: '^6.0.3' },
  };
  const compiler = {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'ESNext.Disposable'],
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    },
    include: ['*.ts', 'workflows'],
  };
  return [
    { path: 'package.json', text: json(manifest) },
    { path: 'tsconfig.json', text: json(compiler) },
    { path: 'untranslated.ts', text: UNTRANSLATED },
    { path: '.gitignore', text: GITIGNORE },
    { path: 'FROM-MCP-AGENT.md', text: report(name, workflows, notes) },
  ];
}

function report(name: string, workflows: string[], notes: string[]): string {
  return `# ${name}: taken over from mcp-agent

Workflows: ${workflows.map((each) => `\`${each}\``).join(', ') || 'none'}. Each file in \`workflows/\` ends with the Python it came from.
What stands as \`untranslated('file:line: …')\` is yours to write; a run that reaches it fails and names the place.

    npx tsc --noEmit              # the stubs compile as they are
    npx mcpa config check         # so does the config load
    npx mcpa dev                  # engine, worker, reload

## What changed, and what is left to you

${notes.map((note) => `- ${note}`).join('\n') || '- nothing'}

mcp-agent's words and calls beside mcpa's: docs/from-mcp-agent.md of the package.
`;
}
