// The worker as a script of your own; `mcpa worker` does the same.
import { createWorker } from 'mcpa/worker';

const worker = await createWorker();
console.log('Worker started. Ctrl+C to exit.');
await worker.run();
