import { forgetRunsOfFirstAttempt } from './end-to-end/second-attempt.js';

if (process.env.CI) forgetRunsOfFirstAttempt();
