import type { Command, Option } from 'commander';
import type { GlobalFlags } from '../settings.js';

/** What may stand at the cursor. */
export interface Candidate {
  value: string;
  text?: string;
}

/** The shell completes names of files itself. */
export const FILES = 'files';

/** Reads values that only the project or the engine knows. */
export type Lookup = (
  kind: 'workflow' | 'id' | 'signal' | 'server' | 'template' | 'shell',
  at: { command: string; flags: GlobalFlags },
) => Promise<Candidate[]>;

interface Place {
  command: Command;
  positionals: number;
  flags: Record<string, unknown>;
  /** The flag whose value is being written. */
  option?: Option;
}

/** What fits the last word; the words before it say where it stands. */
export async function complete(
  program: Command,
  words: string[],
  lookup: Lookup,
): Promise<Candidate[] | typeof FILES> {
  const last = words.at(-1) ?? '';
  const place = placeOf(program, words.slice(0, -1));
  const joined = /^(--[\w-]+)=(.*)$/s.exec(last);
  const option = joined ? optionOf(place.command, joined[1] ?? '') : place.option;
  if (option) {
    const found = await valuesOf(option, place, lookup);
    if (found === FILES) return FILES;
    const before = joined ? `${joined[1]}=` : '';
    return startingWith(
      last,
      found.map((each) => ({ ...each, value: before + each.value })),
    );
  }
  if (last.startsWith('-')) return startingWith(last, flagsOf(place.command));
  if (place.command.commands.length > 0 && place.positionals === 0) {
    return startingWith(last, commandsOf(place.command));
  }
  const argument = place.command.registeredArguments[place.positionals]?.name();
  const kind = (['workflow', 'id', 'signal', 'server', 'shell'] as const).find((each) => each === argument);
  if (kind === undefined) return argument === undefined ? [] : FILES;
  const at = { command: place.command.name(), flags: place.flags as GlobalFlags };
  return startingWith(last, await lookup(kind, at));
}

function placeOf(program: Command, words: string[]): Place {
  const place: Place = { command: program, positionals: 0, flags: {} };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const child = place.positionals === 0 && place.command.commands.find((each) => each.name() === word);
    if (word.startsWith('-') && word !== '-') {
      const [name = '', value] = word.split(/=(.*)/s);
      const option = optionOf(place.command, name);
      if (!option || option.isBoolean()) {
        if (option) place.flags[option.attributeName()] = !option.negate;
      } else if (value === undefined && at + 1 === words.length) place.option = option;
      else place.flags[option.attributeName()] = value ?? words[++at];
    } else if (child) place.command = child;
    else place.positionals += 1;
  }
  return place;
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find((option) => option.long === name || option.short === name);
}

async function valuesOf(option: Option, place: Place, lookup: Lookup): Promise<Candidate[] | typeof FILES> {
  const name = option.attributeName();
  const at = { command: place.command.name(), flags: place.flags as GlobalFlags };
  if (name === 'workflow' || name === 'template') return lookup(name, at);
  return /file|path|config$/i.test(name) ? FILES : [];
}

function flagsOf(command: Command): Candidate[] {
  return command.options.flatMap(({ long, hidden, description }) =>
    long && !hidden ? [{ value: long, text: description }] : [],
  );
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ value: each.name(), text: each.description() }));
}

function startingWith(prefix: string, candidates: Candidate[]): Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(prefix));
}
