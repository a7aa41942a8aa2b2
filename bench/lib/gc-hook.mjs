// Preloaded into a worker process and its threads: SIGWINCH collects the garbage of every isolate, then says `collected`.
// Temporal's runtime takes most other signals for its end.
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const channel = new BroadcastChannel('bench-gc');
channel.unref();
/** Twice: what the first pass finalizes, the second frees. */
const collect = () => {
  globalThis.gc();
  globalThis.gc();
};

/** Mebibytes of an isolate: its heap, and what lies outside of it. */
const used = () => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return [heapUsed, external, arrayBuffers].map((bytes) => Math.round(bytes / 2 ** 20)).join('+');
};

if (isMainThread) {
  let threads = [];
  channel.onmessage = ({ data }) => threads.push(data);
  process.on('SIGWINCH', () => {
    threads = [];
    channel.postMessage('collect');
    collect();
    setTimeout(() => process.stderr.write(`collected main ${used()} threads ${threads.join(' ')}\n`), 1_000);
  });
} else {
  channel.onmessage = () => {
    collect();
    channel.postMessage(used());
  };
}
