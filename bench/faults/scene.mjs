import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../lib/child.mjs';
import { SIDES } from './sides.mjs';

const POLL_MS = 200;
/** A run that is open after it is told as open, with what it waits for. */
const PATIENCE_MS = 150_000;
const STATUS = [
  '',
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'continued as new',
  'timed out',
];

/** One fault on one side: its folder, its queue, its worker, its run, and what was seen of them. */
export class Scene {
  /** Seconds, by name, and other things seen. */
  seen = {};
  #workers = new Set();

  constructor(world, side, fault) {
    this.world = world;
    this.side = SIDES[side];
    this.id = `${fault}-${side}`;
    this.folder = join(world.dir, this.id);
    mkdirSync(this.folder, { recursive: true });
  }

  /** A worker that polls; undefined where the side can't be installed. */
  async worker({ swapped = false } = {}) {
    const { address, model } = this.world;
    const place = { address, queue: this.id, provider: model.url };
    const source = swapped
      ? this.side.source().replace(/(#|\/\/) SWAPPED/, this.side.step)
      : this.side.source();
    const command = await this.side.command(this.world, this.folder, place, source);
    if (command === undefined) return undefined;
    const { args, file, cwd } = command;
    const child = new Child(args, { file, cwd, env: { ...process.env, ...command.env } });
    this.#workers.add(child);
    await child.until(/ready/);
    this.current = child;
    return child;
  }

  async begin(type, { plan, misbehave } = {}) {
    if (plan) this.world.model.plans.set(this.id, [...plan]);
    if (misbehave) writeFileSync(join(this.folder, `misbehave-${this.id}`), misbehave);
    const prompt = `Go ${JSON.stringify({ id: this.id, turns: 1, bytes: 0 })}`;
    const options = { args: [prompt], taskQueue: this.id, workflowId: this.id };
    this.handle = await this.world.client.workflow.start(type, options);
  }

  async until(what, condition, withinMs = 60_000) {
    const end = Date.now() + withinMs;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`${this.id}: no ${what} within ${withinMs / 1_000} s`);
      await sleep(POLL_MS);
    }
  }
  asked = () => this.until('model call', () => this.world.model.requestsOf(this.id).length > 0);
  acted = () => this.until('tool call', () => this.effects().length > 0);
  /** Waits for nothing but a person. */
  waits = () =>
    this.until('question', async () => {
      const { raw } = await this.handle.describe();
      return (
        Number(raw.workflowExecutionInfo.historyLength) >= 4 &&
        !raw.pendingWorkflowTask &&
        !raw.pendingActivities?.length
      );
    });

  async killWorker() {
    this.current.process.kill('SIGKILL');
    await this.current.done;
    this.faultNow();
  }

  /** Seconds from now on until anything is known of the fault. */
  faultNow() {
    this.seen.faultAt = Date.now();
    this.before = undefined;
  }

  effects() {
    const file = join(this.folder, 'effects');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }

  serverWasTold() {
    return existsSync(join(this.folder, 'cancelled'));
  }

  /** MCP servers of this scene that still live. */
  children() {
    return readdirSync('/proc').filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return (
          words.includes(this.folder) && /^\d+ \(.*\) [^Z]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
        );
      } catch {
        return false;
      }
    }).length;
  }

  /** What is to be seen of the run now. */
  async look() {
    const { raw, status } = await this.handle.describe();
    const activity = raw.pendingActivities?.[0];
    return {
      status: STATUS[status.code] ?? status.name,
      events: Number(raw.workflowExecutionInfo.historyLength),
      activity: activity && {
        name: activity.activityType.name.split('.').at(-1),
        attempt: activity.attempt,
        failure: rootMessage(activity.lastFailure),
      },
      taskAttempt: raw.pendingWorkflowTask?.attempt ?? 0,
    };
  }

  /** Follows the run to its end, or to the end of patience; notes when it was first seen to go on after the fault. */
  async follow(patienceMs = PATIENCE_MS) {
    const begun = Date.now();
    const end = begun + patienceMs;
    for (;;) {
      const now = await this.look().catch(() => undefined);
      if (now !== undefined) {
        this.before ??= now;
        const { before } = this;
        const known =
          now.events > before.events ||
          (now.activity?.attempt ?? 0) > (before.activity?.attempt ?? 0) ||
          now.status !== 'running' ||
          now.taskAttempt > Math.max(1, before.taskAttempt);
        if (known && this.seen.faultAt !== undefined) this.seen.noticedMs ??= Date.now() - this.seen.faultAt;
        this.last = now;
        if (now.status !== 'running') {
          if (this.seen.faultAt !== undefined) this.seen.tookMs = Date.now() - this.seen.faultAt;
          return;
        }
      }
      this.seen.openMs = Date.now() - begun;
      if (Date.now() > end) return;
      await sleep(POLL_MS);
    }
  }

  /** As a line of the table. */
  async verdict() {
    const { seen, last } = this;
    const effects = this.effects();
    return {
      outcome: await this.#outcome(last),
      noticedMs: seen.noticedMs,
      tookMs: seen.tookMs,
      effects: effects.length,
      doubled: effects.length - new Set(effects).size,
      modelCalls: this.world.model.requestsOf(this.id).length,
      repeated: this.world.model.repeated(this.id),
      childrenLeft: seen.childrenLeft,
      note: seen.note,
      load: Math.round(loadavg()[0]),
    };
  }

  async #outcome(last) {
    if (last.status === 'running') {
      const { activity, taskAttempt } = last;
      const why = activity
        ? `${activity.name} at attempt ${activity.attempt}${activity.failure ? `: ${activity.failure}` : ''}`
        : taskAttempt > 1
          ? `its workflow task fails, attempt ${taskAttempt}: ${await this.#taskFailure()}`
          : 'nothing pending';
      return `still open after ${Math.round(this.seen.openMs / 1_000)} s: ${why}`;
    }
    if (last.status !== 'completed') {
      const error = await this.handle.result().catch((each) => each);
      let cause = error;
      while (cause?.cause) cause = cause.cause;
      return `${last.status}${cause?.message ? `: ${short(cause.message)}` : ''}`;
    }
    const result = await this.handle.result();
    const text = typeof result === 'string' ? result : (result?.value ?? '');
    if (text.endsWith(' done')) return 'completed, right';
    const told = this.world.model.requestsOf(this.id).at(-1)?.results.at(-1);
    return `completed; its model was told: ${told === undefined ? `nothing (result ${JSON.stringify(text)})` : `“${short(told)}”`}`;
  }

  async #taskFailure() {
    const { events = [] } = await this.handle.fetchHistory();
    const failed = events.findLast((event) => event.workflowTaskFailedEventAttributes);
    return rootMessage(failed?.workflowTaskFailedEventAttributes.failure) ?? 'no word why';
  }

  async close() {
    if (this.last?.status === 'running')
      await this.handle.terminate('end of the scene').catch(() => undefined);
    for (const child of this.#workers) await child.stop();
    await sleep(1_500);
    this.seen.childrenAtEnd = this.children();
  }
}

function rootMessage(failure) {
  let current = failure;
  while (current?.cause) current = current.cause;
  return current?.message ? short(current.message) : undefined;
}

function short(text) {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '/').trim();
  return line.length > 140 ? `${line.slice(0, 139)}…` : line;
}
