import type { WorkerVersions } from '../../../client/index.js';
import type { Config } from '../../../config/index.js';
import { type Beacon, forget } from '../../../worker/beacon.js';
import { note, type OutputMode } from '../../terminal.js';
import type { WorkerSlot } from '../worker-slot.js';
import { announceDev, findDevs } from './dev-beacon.js';
import { devDeployment, openVersions, setBack } from './set-back.js';

/** The deployment whose versions are a dev's workers, for as long as it lives. */
export class DevDeployment implements AsyncDisposable {
  private constructor(
    private readonly config: Config,
    private readonly mode: OutputMode,
    private readonly beacon: Beacon,
    private readonly opened: { versions: WorkerVersions } & AsyncDisposable,
  ) {}

  /** Undefined where the engine is too old, or nobody could know that this lives: then workers have no versions. */
  static async open(config: Config, slot: WorkerSlot, mode: OutputMode): Promise<DevDeployment | undefined> {
    for (const dev of (await setBack(config)).living) dev[Symbol.dispose]();
    const opened = await openVersions(config);
    const builds = () => [
      ...slot.kept,
      ...(slot.current?.buildId === undefined ? [] : [slot.current.buildId]),
    ];
    const say = () => ({ current: slot.current?.buildId ?? '', builds: builds() });
    const beacon = (await opened.versions.supported())
      ? await announceDev(config, say).catch(() => undefined)
      : undefined;
    if (beacon) return new DevDeployment(config, mode, beacon, opened);
    await opened[Symbol.asyncDispose]();
    return undefined;
  }

  get ofWorker(): { deployment: string } {
    return { deployment: devDeployment(this.config) };
  }

  get forLoads(): { versions: WorkerVersions; others: () => Promise<Set<string>> } {
    return { versions: this.opened.versions, others: () => this.#others() };
  }

  async #others(): Promise<Set<string>> {
    const { living } = await findDevs(this.config);
    for (const dev of living) dev[Symbol.dispose]();
    return new Set(living.flatMap(({ builds }) => builds));
  }

  /** Sets the versions back, so that whoever serves the queue next gets its runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.beacon[Symbol.asyncDispose]();
    await this.opened[Symbol.asyncDispose]();
    try {
      const { living, released } = await setBack(this.config);
      for (const dev of living) dev[Symbol.dispose]();
      await forget(this.beacon.pointer);
      if (released > 0) {
        const runs = released === 1 ? '1 open run was' : `${released} open runs were`;
        note(
          this.mode,
          `${runs} begun by the code before; a worker with that code ends ${released === 1 ? 'it' : 'them'}`,
        );
      }
    } catch (error) {
      // The mark stays: the next worker does it.
      note(this.mode, `warning: worker versions are left at the engine: ${(error as Error).message}`);
    }
  }
}
