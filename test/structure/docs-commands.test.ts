import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.js';
import { blocks, documents, read } from './docs-blocks.js';

/** The real program, which does nothing but parse. */
function parser(): Command {
  const program = buildProgram();
  const quiet = (each: Command): void => {
    each.exitOverride().configureOutput({ writeOut: () => undefined, outputError: () => undefined });
    each.action(() => undefined);
    each.commands.forEach(quiet);
  };
  quiet(program);
  return program.allowExcessArguments(false);
}

/** What the program says against this command line; nothing when it is right. */
function complaint(line: string): string | undefined {
  const words = [...line.matchAll(/'([^']*)'|"((?:\\.|[^"])*)"|[^\s'"]+/g)].map(
    ([word, single, double]) => single ?? double ?? word,
  );
  try {
    parser().parse(words.slice(1), { from: 'user' });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== 'commander.helpDisplayed' && code !== 'commander.version') return `${code}: ${message}`;
  }
  return undefined;
}

/** The command lines of a shell block: without comments and redirections, one for each part of a chain or pipe. */
function commandLines(code: string): string[] {
  return code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/\s(?:&&|\|\|?|&|;)\s|;$|[<$]\(|\)/))
    .map((line) => line.replace(/\s\d?>{1,2}\s*\S+/g, '').trim())
    .map((line) => line.replace(/^(\$ )?([A-Z_]+=\S+ )*((npx|temporal) )?(?=mcpa )/, ''))
    .filter((line) => /^mcpa( |$)/.test(line));
}

const shell = blocks.filter(({ language }) => ['sh', 'bash', 'shell', 'indented'].includes(language));
const lines = shell.flatMap(({ place, code }) => commandLines(code).map((line) => ({ place, line })));

test('every mcpa command line of the documents is one that the program takes', () => {
  expect(lines.length).toBeGreaterThan(30);
  const wrong = lines.flatMap(({ place, line }) => {
    const problem = complaint(line);
    return problem === undefined ? [] : [`${place}: ${line}: ${problem}`];
  });
  expect(wrong).toEqual([]);
  expect(complaint('mcpa lst')).toBeDefined();
  expect(complaint('mcpa list --nosuch')).toContain('unknownOption');
});

test('commands within sentences exist, with their flags', () => {
  const wrong: string[] = [];
  for (const file of documents) {
    const prose = read(file).replace(/^```[\s\S]*?^```/gm, '');
    for (const [, line = ''] of prose.matchAll(/`((?:npx |temporal )?mcpa [a-z][^`]*)`/g)) {
      if (/[…<[]/.test(line)) continue;
      const problem = complaint(line.replace(/^(npx|temporal) /, ''));
      // A sentence may leave out what the command is about.
      if (problem !== undefined && !/missingArgument/i.test(problem))
        wrong.push(`${file}: ${line}: ${problem}`);
    }
  }
  expect(wrong).toEqual([]);
});
