import { defineConfig } from 'vitest/config';
import { ownProcessFiles } from './test/own-process.js';

const report = process.env.MCPA_TEST_REPORT;

const each = {
  testTimeout: 180_000,
  hookTimeout: 900_000,
  // A condition is awaited, not timed: a busy machine may take long.
  expect: { poll: { timeout: 30_000 } },
  // A fault that shows once on a busy machine is told as a retry, and doesn't stop a landing.
  retry: process.env.CI ? 1 : 0,
  setupFiles: ['test/setup.ts'],
};
const own = ownProcessFiles();

export default defineConfig({
  test: {
    globalSetup: ['test/engine-setup.ts'],
    // More than the cores of a small machine: most tests wait for processes, not for a core.
    maxWorkers: 3,
    ...(report ? { reporters: ['default', 'json'], outputFile: { json: report } } : {}),
    projects: [
      { test: { ...each, name: 'own process', include: own } },
      // A process and the client in it are half a second of a core for each file.
      { test: { ...each, name: 'shared', include: ['test/**/*.test.ts'], exclude: own, isolate: false } },
    ],
  },
});
