import type { EventBody } from '../events.js';
import type { ChainFollower } from './chain.js';

export type ChildEvent = EventBody & { type: 'child' };

/** Children that are followed at once, by depth: what history says decides, so that a resumed tail decides alike. */
const MOST_OPEN = [100, 10, 3, 1, 1];

interface Child {
  childId: string;
  runId: string;
  follower?: ChainFollower;
  work?: Promise<void>;
}

/** The open children of one run, by workflow id: an open one has it alone, while its run id changes when it continues as new. */
export class Children {
  readonly #open = new Map<string, Child>();
  readonly #unfollowed = new Set<string>();

  constructor(
    private readonly depth: number,
    private readonly follow: (childId: string, runId: string) => ChainFollower,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** A child that starts: whether it is followed. */
  started({ childId, childRunId = '' }: ChildEvent): boolean {
    if (this.#open.size >= (MOST_OPEN[this.depth] ?? 0)) {
      this.#unfollowed.add(childId);
      return false;
    }
    this.#open.set(childId, { childId, runId: childRunId });
    return true;
  }

  /** Follows those that have begun; while the past is read silently, this waits. */
  begin(): void {
    for (const child of this.#open.values()) {
      if (child.follower) continue;
      child.follower = this.follow(child.childId, child.runId);
      child.work = child.follower.follow().catch(this.failed);
    }
  }

  isUnfollowed(childId: string): boolean {
    return this.#unfollowed.has(childId);
  }

  /** A child that ended: its own events come before the word of its end. */
  async ended(childId: string): Promise<void> {
    const child = this.#open.get(childId);
    this.#open.delete(childId);
    this.#unfollowed.delete(childId);
    await child?.work;
    child?.follower?.forget();
  }

  /** The run ends, or is left: what its children have done until now is told, and no more. */
  async settle(): Promise<void> {
    const all = [...this.#open.values()];
    for (const { follower } of all) follower?.settle();
    await Promise.all(all.map(({ work }) => work));
    for (const { follower } of all) follower?.forget();
    this.#open.clear();
  }
}
