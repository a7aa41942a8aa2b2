import { spawn } from 'node:child_process';

/** Opens a page in the person's browser; false where there is none to be had: no terminal, no screen. */
export function openPage(address: string): boolean {
  if (!process.stdin.isTTY || !process.stderr.isTTY || process.env.CI) return false;
  const screen = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = process.platform === 'darwin' ? 'open' : screen ? 'xdg-open' : undefined;
  if (opener === undefined) return false;
  // No shell: the address comes from a server.
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
  return true;
}
