// Preloaded into a worker process and its threads: SIGUSR2 collects the garbage of every isolate, then says `collected`.
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const channel = new BroadcastChannel('bench-gc');
channel.unref();
/** Twice: what the first pass finalizes, the second frees. */
const collect = () => {
  globalThis.gc();
  globalThis.gc();
};

if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage('collect');
    collect();
    // Threads answer nothing: their collections take milliseconds.
    setTimeout(() => process.stderr.write('collected\n'), 1_000);
  });
} else {
  channel.onmessage = collect;
}
