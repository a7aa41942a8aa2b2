import { hostname, userInfo } from 'node:os';

/** As the history will name the one who decided. */
export function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname();
  }
}
