import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { McpaError } from '../../../core/index.js';
import { copyTemplate, listTemplates, templateFiles } from '../../init/copy-template.js';
import { installDependencies, mcpaSource } from '../../init/install.js';
import { paint } from '../../render/paint.js';
import { oneLine } from '../../render/width.js';
import type { GlobalFlags } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';
import { PACKAGE_ROOT } from '../../version.js';

export interface InitFlags extends GlobalFlags {
  template?: string;
  from?: string;
  list?: boolean;
  force?: boolean;
  install?: boolean;
}

const TEMPLATES = join(PACKAGE_ROOT, 'templates');

/** A whole project that runs with no key; never overwrites without --force. */
export async function initCommand(dir: string | undefined, flags: InitFlags): Promise<void> {
  const mode = outputMode();
  const templates = await listTemplates(TEMPLATES);
  if (flags.list) {
    const all = templates.map(({ name, description }) => ({ name, description }));
    if (mode.json) printJson({ templates: all });
    else printResult(listing(all));
    return;
  }
  if (flags.from !== undefined) return takeOverCommand(dir, flags.from, flags);
  const template = templates.find(({ name }) => name === (flags.template ?? 'basic'));
  if (template === undefined) {
    throw new McpaError('TEMPLATE_UNKNOWN', `no template "${flags.template}"`, {
      hint: `there are: ${templates.map(({ name }) => name).join(', ')}`,
    });
  }
  const target = resolve(dir ?? '.');
  const source = join(TEMPLATES, template.name);
  const files = await templateFiles(source);
  const existing = files.map((file) => file.to).filter((file) => existsSync(join(target, file)));
  if (existing.length > 0 && !flags.force) {
    throw new McpaError('PROJECT_EXISTS', `${target} has ${existing.slice(0, 5).join(', ')} already`, {
      hint: 'choose another folder, or add --force to overwrite these files',
    });
  }
  const name = projectName(target);
  await copyTemplate(source, target, files, { name, mcpa: await mcpaSource(target) }).catch(
    (error: unknown) => {
      throw unwritable(target, error);
    },
  );
  note(
    mode,
    `${paint(mode.color).green('created')} ${relative(process.cwd(), target) || '.'} (${files.length} files)`,
  );
  const installed = flags.install !== false;
  if (installed) await installDependencies(target, mode);
  const next = nextCommands(target, installed, template.run);
  if (mode.json)
    printJson({
      dir: target,
      name,
      template: template.name,
      files: files.map((file) => file.to),
      installed,
      next,
    });
  else if (!mode.quiet) printResult(['', 'Next:', ...next.map((line) => `  ${line}`)].join('\n'));
}

/** An mcp-agent project taken over: the same end as a template's, and what could not be taken. */
async function takeOverCommand(dir: string | undefined, from: string, flags: InitFlags): Promise<void> {
  const mode = outputMode();
  if (flags.template !== undefined)
    throw new McpaError('USAGE', '--from and --template exclude each other', {
      hint: 'leave out one of the two',
    });
  const source = resolve(from);
  const target = resolve(dir ?? `${basename(source)}-mcpa`);
  const name = projectName(target);
  const values = { name, mcpa: await mcpaSource(target) };
  const { initFrom } = await import('../../init/from/init-from.js');
  const taken = await initFrom(source, target, values, flags.force === true).catch((error: unknown) => {
    throw unwritable(target, error);
  });
  const { workflows, notes } = taken;
  const files = taken.files.map(({ path }) => path).sort();
  const colors = paint(mode.color);
  note(mode, `${colors.green('created')} ${relative(process.cwd(), target) || '.'} (${files.length} files)`);
  for (const each of notes) note(mode, `${colors.yellow('note')} ${oneLine(each)}`);
  const installed = flags.install !== false;
  if (installed) await installDependencies(target, mode);
  const run = `npx mcpa run ${workflows[0] ?? 'MyWorkflow'} "your input"`;
  const next = nextCommands(target, installed, run);
  if (mode.json) printJson({ dir: target, name, from: source, files, workflows, notes, installed, next });
  else if (!mode.quiet) {
    printResult(
      [
        '',
        'Next:',
        ...next.map((line) => `  ${line}`),
        '',
        'The notes stand in FROM-MCP-AGENT.md, too.',
      ].join('\n'),
    );
  }
}

function listing(templates: Array<{ name: string; description: string }>): string {
  const width = Math.max(...templates.map(({ name }) => name.length));
  return templates.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n');
}

function unwritable(target: string, error: unknown): unknown {
  if (!(error as NodeJS.ErrnoException).syscall) return error;
  return new McpaError('PERMISSION', `the project can't be written: ${(error as Error).message}`, {
    hint: `choose another folder than ${target}, or make it writable`,
    cause: error,
  });
}

/** Task queue, package name: lower case, and nothing that npm or a shell minds. */
function projectName(target: string): string {
  const name = basename(target)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name || 'my-agents';
}

function nextCommands(target: string, installed: boolean, run: string): string[] {
  const path = relative(process.cwd(), target);
  return [
    ...(path ? [`cd ${/\s/.test(path) ? JSON.stringify(path) : path}`] : []),
    ...(installed ? [] : ['npm install']),
    'npx mcpa dev',
    '# and in a second terminal:',
    run,
  ];
}
