import { usage } from '../seed/processes.mjs';

const EVERY_MS = 5_000;
export const MAX_GROWTH = 1;
export const MAX_FDS = 5;

/** Memory, file descriptors and child processes of some processes, every five seconds. */
export class Samples {
  lines = [];
  #timer;

  /** `pids` tells the ids by name: a process may be replaced. */
  start(pids) {
    const begun = Date.now();
    const take = () => {
      const seconds = (Date.now() - begun) / 1_000;
      try {
        const of = Object.fromEntries(Object.entries(pids()).map(([name, pid]) => [name, usage(pid)]));
        this.lines.push({ seconds, ...of });
      } catch {
        // It has just ended; what that means is others' to say.
      }
    };
    take();
    this.#timer = setInterval(take, EVERY_MS);
  }

  stop() {
    clearInterval(this.#timer);
  }

  points(name, what, scale = 1) {
    return this.lines.map((line) => [line.seconds, line[name][what] / scale]);
  }

  /** The last half of the time: growth of memory by the minute, and what differs between its first and its last fifth. */
  verdict(name) {
    const half = this.lines.slice(this.lines.length >> 1);
    const values = (what) => half.map((line) => [line.seconds / 60, line[name][what]]);
    const rss = values('rss');
    const fifth = Math.max(1, Math.floor(half.length / 5));
    const change = (what) => {
      const all = values(what).map(([, value]) => value);
      return median(all.slice(-fifth)) - median(all.slice(0, fifth));
    };
    const growth = (slope(rss) / median(rss.map(([, value]) => value))) * 100;
    const figures = {
      growth,
      fds: change('fds'),
      children: change('children'),
      rssMb: rss.at(-1)[1] / 2 ** 20,
    };
    const good = growth <= MAX_GROWTH && Math.abs(figures.fds) <= MAX_FDS && figures.children === 0;
    return { name, ...figures, good };
  }
}

/** The median slope over all pairs of points (Theil and Sen): a peak moves it little. */
export function slope(points) {
  const slopes = points.flatMap(([x, y], n) =>
    points.slice(n + 1).map(([later, value]) => (value - y) / (later - x)),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
