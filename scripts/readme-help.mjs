// Writes every command's help into the README, between its markers; a test keeps the two equal.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const bin = resolve(repository, 'bin/mcpa.js');
const env = { ...process.env, NO_COLOR: '1', COLUMNS: '80' };
const help = (...args) =>
  execFileSync(process.execPath, [bin, ...args, '--help'], { env, encoding: 'utf8' }).trimEnd();

function commandsIn(text) {
  const list = text.split('\nCommands:\n')[1] ?? '';
  return [...list.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1]).filter((name) => name !== 'help');
}

/** The help of a command and of all below it, as Markdown; flags that all commands share stand once, at the first. */
export function helpAsMarkdown(path = [], seen = new Set()) {
  const [own, ...groups] = help(...path).split(/\n\n(?=[A-Z]\w+:\n)/);
  const fresh = groups.filter((group) => /^(Options|Commands|Arguments):/.test(group) || !seen.has(group));
  for (const group of groups) seen.add(group);
  const text = [own, ...fresh].join('\n\n');
  const block = `\`\`\`text\n$ mcpa ${[...path, '--help'].join(' ')}\n\n${text}\n\`\`\`\n`;
  return [block, ...commandsIn(text).map((name) => helpAsMarkdown([...path, name], seen))].join('\n');
}

const START =
  '<!-- help: written by `node scripts/readme-help.mjs`; flags that all commands share stand at `init` -->';
const END = '<!-- end of help -->';

if (process.argv[1] === import.meta.filename) {
  const file = resolve(repository, 'README.md');
  const [before, rest] = readFileSync(file, 'utf8').split(START);
  writeFileSync(file, `${before}${START}\n\n${helpAsMarkdown()}\n${END}${rest.split(END)[1]}`);
}
