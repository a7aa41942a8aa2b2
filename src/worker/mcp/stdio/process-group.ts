import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Whether any process of the group is left, the leader's children included. */
export function groupExists(group: number): boolean {
  return signalGroup(group, 0);
}

export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    // EPERM: it is there, but changed its user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function groupGone(group: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; ; await sleep(POLL_MS)) {
    if (!groupExists(group)) return true;
    if (Date.now() >= deadline) return false;
  }
}

/** SIGTERM, then SIGKILL to whoever is left after `graceMs`. */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  if (!signalGroup(group, 'SIGTERM')) return;
  if (await groupGone(group, graceMs)) return;
  signalGroup(group, 'SIGKILL');
  await groupGone(group, 1000);
}
