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

  /** The last half of the time: growth of memory by the minute, and what differs between its two halves. */
  verdict(name) {
    const half = this.lines.slice(this.lines.length >> 1);
    const values = (what) => half.map((line) => [line.seconds / 60, line[name][what]]);
    const rss = values('rss');
    const middle = half.length >> 1;
    // A call in flight has descriptors of its own: what stays shows when few are.
    const change = (what, share) => {
      const all = values(what).map(([, value]) => value);
      return quantile(all.slice(middle), share) - quantile(all.slice(0, middle), share);
    };
    const growth = (slope(rss) / median(rss.map(([, value]) => value))) * 100;
    const figures = {
      growth,
      fds: change('fds', 0.25),
      children: change('children', 0.5),
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

function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];
}
