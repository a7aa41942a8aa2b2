export { isMcpaError, McpaError } from '../core/index.js';
export { App, type ConnectOptions, connect } from './connect.js';
export { rootMessage } from './errors.js';
export { RunHandle } from './handle.js';
export { isFinal, type RunEvent } from './history/events.js';
export { readLastRun } from './last-run.js';
export { lastPollText, type WorkerPresence, workerPresence } from './presence.js';
export { MAX_INPUT_BYTES, type StartOptions } from './start.js';
