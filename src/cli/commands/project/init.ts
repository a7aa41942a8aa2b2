import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { McpaError } from '../../../core/index.js';
import { copyTemplate, templateFiles } from '../../init/copy-template.js';
import { installDependencies, mcpaSource } from '../../init/install.js';
import { paint } from '../../render/paint.js';
import type { GlobalFlags } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';
import { PACKAGE_ROOT } from '../../version.js';

export interface InitFlags extends GlobalFlags {
  template?: string;
  list?: boolean;
  force?: boolean;
  install?: boolean;
}

const TEMPLATES = join(PACKAGE_ROOT, 'templates');

/** A whole project that runs with no key; never overwrites without --force. */
export async function initCommand(dir: string | undefined, flags: InitFlags): Promise<void> {
  const mode = outputMode();
  const templates = (await readdir(TEMPLATES, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const names = templates.map((entry) => entry.name).sort();
  if (flags.list) {
    if (mode.json) printJson({ templates: names });
    else printResult(names.join('\n'));
    return;
  }
  const template = flags.template ?? 'basic';
  if (!names.includes(template)) {
    throw new McpaError('TEMPLATE_UNKNOWN', `no template "${template}"`, {
      hint: `there are: ${names.join(', ')}`,
    });
  }
  const target = resolve(dir ?? '.');
  const source = join(TEMPLATES, template);
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
  const next = nextCommands(target, installed);
  if (mode.json)
    printJson({ dir: target, name, template, files: files.map((file) => file.to), installed, next });
  else if (!mode.quiet) printResult(['', 'Next:', ...next.map((line) => `  ${line}`)].join('\n'));
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

function nextCommands(target: string, installed: boolean): string[] {
  const path = relative(process.cwd(), target);
  return [
    ...(path ? [`cd ${/\s/.test(path) ? JSON.stringify(path) : path}`] : []),
    ...(installed ? [] : ['npm install']),
    'npx mcpa dev',
    '# and in a second terminal:',
    'npx mcpa run DataProcessingWorkflow "sample data to process"',
  ];
}
