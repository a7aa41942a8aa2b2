import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../config/index.js';

export { isAlive };

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** SIGTERM to the whole group, SIGKILL after the grace; returns when its leader is gone. */
export async function endGroup(pid: number, graceMs = 5000): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isAlive(pid) && Date.now() < deadline) await delay(20);
  signalGroup(pid, 'SIGKILL');
  while (isAlive(pid) && Date.now() < deadline + 2000) await delay(20);
}

// Blocks on its stdin, which closes when the owner ends in whatever way, kill -9 included.
// With a lease folder it ends the group only when no other live process holds a lease, which it asks while it alone
// holds the lock: one that joins at the same moment has written its lease, or finds no engine.
const GUARD = `
group=$1 leases=$2 lease=$3 lock=$4
alive() { kill -0 "$1" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$1/status"; }
read -r done_ && exit 0
if [ -n "$leases" ]; then
  until ln -sn "$$.guard" "$lock" 2>/dev/null; do
    alive "$group" || { rm -f "$leases/$lease"; exit 0; }
    [ -d "$leases" ] || break
    breaker=$(readlink "$lock.breaking")
    [ -n "$breaker" ] && ! alive "$breaker" && rm -f "$lock.breaking"
    owner=$(readlink "$lock")
    if [ -n "$owner" ] && ! alive "\${owner%%.*}" && ln -sn "$$" "$lock.breaking" 2>/dev/null; then
      [ "$(readlink "$lock")" = "$owner" ] && rm -f "$lock"
      rm -f "$lock.breaking"
    fi
    sleep 0.1
  done
  rm -f "$leases/$lease"
  for other in "$leases"/*; do
    name=\${other##*/}
    if alive "\${name%%-*}"; then
      [ "$(readlink "$lock")" = "$$.guard" ] && rm -f "$lock"
      exit 0
    fi
  done
fi
kill -s TERM -- "-$group" 2>/dev/null
tries=0
while alive "$group" && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
kill -s KILL -- "-$group" 2>/dev/null
[ -n "$lock" ] && [ "$(readlink "$lock")" = "$$.guard" ] && rm -f "$lock"
exit 0
`;

export interface LeaseGuard {
  leases: string;
  lease: string;
  lock: string;
}

/** Ends the process group when this process ends. The returned function takes the guard off. */
export function guardGroup(pid: number, shared?: LeaseGuard): () => void {
  const args = [String(pid), shared?.leases ?? '', shared?.lease ?? '', shared?.lock ?? ''];
  const guard = spawn('/bin/sh', ['-c', GUARD, 'mcpa-engine-guard', ...args], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  return () => {
    guard.stdin.end('done\n');
  };
}
