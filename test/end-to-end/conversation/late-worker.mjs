// A worker that is made, and polls when it is told to on stdin.
import { once } from 'node:events';

const { createWorker } = await import(process.env.MCPA_DIST);
const worker = await createWorker({
  projectDir: process.cwd(),
  signals: false,
  metricsAddress: `127.0.0.1:${process.argv[2]}`,
});
process.on('SIGTERM', () => worker.shutdown());
console.log('prepared');
await once(process.stdin, 'data');
process.stdin.destroy();
const running = worker.run();
console.log('polling');
await running;
console.log('stopped');
process.exit(0);
