import { hostname, userInfo } from 'node:os';

/** Who acts, as runs record it: `user@host`. */
export function sender(): string {
  return `${userName()}@${hostname()}`;
}

/** A container may run under a user id that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
