// #region signals
import { connect } from 'mcpa';

const app = await connect();
const handle = await app.startWorkflow('ControllableWorkflow', 'task');
await handle.signal('pause');
await handle.signal('resume');
console.log(await handle.result());
await app.close();
// #endregion
