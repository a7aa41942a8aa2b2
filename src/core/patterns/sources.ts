import type { Settled } from './settle.js';

/** Texts labelled by where they come from, for a prompt. */
export function sources(results: ReadonlyArray<{ readonly name: string } & Settled>): string {
  return results.map((result) => source(result.name, result)).join('\n\n');
}

function source(name: string, result: Settled): string {
  const from = JSON.stringify(name);
  return result.ok
    ? `<result from=${from}>\n${result.text}\n</result>`
    : `<failure from=${from}>\n${result.error.message}\n</failure>`;
}

/** A list of names with what each is for. */
export function menu(entries: ReadonlyArray<{ name: string; about: string; kind?: string }>): string {
  return entries
    .map(
      ({ name, about, kind }) =>
        `- ${name}${kind === undefined ? '' : ` (${kind})`}${about === '' ? '' : `: ${about}`}`,
    )
    .join('\n');
}
