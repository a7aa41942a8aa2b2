import { isMcpaError, McpaError } from '../core/errors.js';
import { handOver } from './hand-over.js';
import { buildProgram } from './program.js';
import { errorObject, errorText } from './render/error.js';
import { exitNow, masked, outputMode, printJson } from './terminal.js';

/** After its command is done, a process that has nothing open ends at once; any other one ends after this. */
const LEFT_OPEN_MS = 1_000;

/** Runs one command line, and turns whatever it throws into words and an exit status. */
export async function main(argv: string[]): Promise<void> {
  // A reader that went away (`| head`) ends the command without a stack.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') exitNow(0);
  });
  // Warnings about the code of libraries are nothing that a user can act on.
  process.noDeprecation = true;
  if (await handOver(argv)) return;
  const program = buildProgram(argv.slice(2));
  try {
    await program.parseAsync(argv);
    // What the project's own activities hold open (connections, timers) must not hold up the end either.
    setTimeout(() => exitNow(Number(process.exitCode ?? 0)), LEFT_OPEN_MS).unref();
  } catch (error) {
    // What is still under way (a connection, a bundle that nobody wants) must not hold up the end.
    exitNow(report(await translate(error), argv));
  }
}

/** Commander's own errors: help and version are success, the rest is a wrong question. */
async function translate(error: unknown): Promise<unknown> {
  const code = (error as { code?: unknown })?.code;
  if (typeof code !== 'string' || !code.startsWith('commander.')) return error;
  if ((error as { exitCode?: number }).exitCode === 0) return undefined;
  const message = (error as Error).message.replace(/^error: /, '');
  const [first, ...rest] = message.split('\n');
  const hint = rest.join(' ').replace(/^\(|\)$/g, '') || 'mcpa --help';
  return new McpaError('USAGE', first ?? message, { hint });
}

function report(error: unknown, argv: string[]): number {
  if (error === undefined) return 0;
  const mode = outputMode(argv);
  if (mode.json) printJson(masked(errorObject(error)));
  else process.stderr.write(masked(errorText(error, mode)));
  return isMcpaError(error) ? error.exitStatus : 70;
}
