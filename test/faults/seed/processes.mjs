import { readdirSync, readFileSync } from 'node:fs';

/** All live processes by id, from /proc; a zombie is no longer one. `started` tells two of one id apart. */
export function processTable() {
  const table = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] !== 'Z') table.set(Number(name), { parent: Number(fields[1]), started: fields[19] });
    } catch {
      // It has just ended.
    }
  }
  return table;
}

/** The processes that this one has started, and theirs, as `{pid, started}`. */
export function descendants(pid, table = processTable()) {
  const found = [];
  for (const [each, { parent, started }] of table) {
    if (parent === pid) found.push({ pid: each, started }, ...descendants(each, table));
  }
  return found;
}

/** Those that still live. */
export function living(processes) {
  const table = processTable();
  return processes.filter(({ pid, started }) => table.get(pid)?.started === started);
}

/** Those that carry this text in their environment. */
export function bearing(token) {
  return readdirSync('/proc')
    .filter((name) => {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(token);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Resident bytes and open file descriptors of a process, and how many processes hang below it. */
export function usage(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    rss: Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024,
    fds: readdirSync(`/proc/${pid}/fd`).length,
    children: descendants(pid).length,
  };
}
