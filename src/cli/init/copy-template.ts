import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface TemplateFile {
  from: string;
  to: string;
}

/** npm drops `.gitignore` and `.npmrc` from packages, so templates carry them with an underscore. */
const RENAMED: Record<string, string> = { _gitignore: '.gitignore', _npmrc: '.npmrc' };
const TEXT = /\.(ya?ml|json|md|m?ts|m?js|txt)$|gitignore$/;

/** What a template is, and how its first run is started: for mcpa, not for the project. */
const DESCRIPTION = '_template.json';

export interface Template {
  name: string;
  description: string;
  /** The command of the first run. */
  run: string;
}

/** The templates of a folder: the basic one first, then by name. */
export async function listTemplates(folder: string): Promise<Template[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(folder, name, DESCRIPTION)));
  const rank = (name: string) => (name === 'basic' ? '' : name);
  names.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name, DESCRIPTION), 'utf8');
      return { name, ...(JSON.parse(text) as Omit<Template, 'name'>) };
    }),
  );
}

export async function templateFiles(source: string, below = ''): Promise<TemplateFile[]> {
  const files: TemplateFile[] = [];
  for (const entry of await readdir(join(source, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.name === 'node_modules' || entry.name === '.mcpa' || path === DESCRIPTION) continue;
    if (entry.isDirectory()) files.push(...(await templateFiles(source, path)));
    else files.push({ from: path, to: join(below, RENAMED[entry.name] ?? entry.name) });
  }
  return files.sort((a, b) => (a.to < b.to ? -1 : 1));
}

/** Copies the files and fills `{{name}}` and its like where they are text. */
export async function copyTemplate(
  source: string,
  target: string,
  files: TemplateFile[],
  values: Record<string, string>,
): Promise<void> {
  for (const { from, to } of files) {
    const path = join(target, to);
    await mkdir(dirname(path), { recursive: true });
    if (!TEXT.test(to)) {
      await copyFile(join(source, from), path);
      continue;
    }
    const text = await readFile(join(source, from), 'utf8');
    await writeFile(
      path,
      text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole),
    );
  }
}
