import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads `+ pgid` and `- pgid`; at the end of its input (the worker is gone, kill -9 included) it ends the groups
 * that are left. A shell because it is there, starts in a millisecond and takes no memory to speak of.
 */
const SCRIPT = `
trap '' INT TERM HUP
groups=
while read -r op pgid; do
  rest=
  for g in $groups; do [ "$g" = "$pgid" ] || rest="$rest $g"; done
  [ "$op" = + ] && rest="$rest $pgid"
  groups=$rest
done
[ -z "$groups" ] && exit 0
for g in $groups; do kill -s TERM -- "-$g"; done
sleep 1
for g in $groups; do kill -s KILL -- "-$g"; done
`;

/** One small process per worker which sees to it that no MCP server outlives the worker. */
export class Reaper implements Disposable {
  #process: ChildProcess | undefined;
  readonly #groups = new Set<number>();

  /** Starts the process ahead of the first server, so that no server is ever unwatched. */
  start(): void {
    if (this.#process !== undefined) return;
    // Its own session: a Ctrl-C or a kill of the worker's group must not take the reaper along.
    const reaper = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
      cwd: '/',
    });
    this.#process = reaper;
    const lost = (): void => {
      if (this.#process !== reaper) return;
      this.#process = undefined;
      // Someone killed it: the servers that run still need one.
      if (this.#groups.size > 0) this.start();
    };
    reaper.on('error', lost);
    reaper.on('exit', lost);
    reaper.stdin?.on('error', () => {});
    reaper.unref();
    (reaper.stdin as Socket | null)?.unref();
    for (const group of this.#groups) this.#tell('+', group);
  }

  watch(group: number): void {
    this.#groups.add(group);
    this.#tell('+', group);
  }

  forget(group: number): void {
    // Told at once: the system may give the number to a stranger.
    if (this.#groups.delete(group)) this.#tell('-', group);
  }

  #tell(sign: '+' | '-', group: number): void {
    this.#process?.stdin?.write(`${sign} ${group}\n`);
  }

  [Symbol.dispose](): void {
    const reaper = this.#process;
    this.#process = undefined;
    reaper?.stdin?.end();
  }
}
