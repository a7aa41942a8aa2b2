import { start } from './processes.js';
import { repository } from './project.js';

/** Keys that a test presses. */
export const ENTER = '\r';
export const DOWN = '\u001b[B';
export const BACKSPACE = '\u007f';

/** An mcpa command in a pseudo-terminal whose keys the test presses. */
export function inTerminal(args: string[], cwd: string, env: NodeJS.ProcessEnv) {
  const command = [process.execPath, `${repository}/bin/mcpa.js`, ...args].map((arg) => JSON.stringify(arg));
  const inner = `stty cols 80 rows 24; exec ${command.join(' ')}`;
  const terminal =
    process.platform === 'linux' ? ['-qfec', inner, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', inner];
  const run = start('script', terminal, cwd, { ...env, TERM: 'xterm-256color' }, 'pipe');
  return { run, press: (keys: string) => void run.child.stdin?.write(keys) };
}
