// Starts a run and waits for it; `mcpa run DataProcessingWorkflow "sample data to process"` does the same.
import { connect } from 'mcpa';

const app = await connect();
const handle = await app.startWorkflow('DataProcessingWorkflow', 'sample data to process');
console.log(`Result: ${await handle.result()}`);
await app.close();
