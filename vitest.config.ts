import { defineConfig } from 'vitest/config';

const report = process.env.MCPA_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/engine-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 900_000,
    // More than the cores of a small machine: most tests wait for processes, not for a core.
    maxWorkers: 3,
    // A condition is awaited, not timed: a busy machine may take long.
    expect: { poll: { timeout: 30_000 } },
    // A fault that shows once on a busy machine is told as a retry, and doesn't stop a landing.
    retry: process.env.CI ? 1 : 0,
    ...(report ? { reporters: ['default', 'json'], outputFile: { json: report } } : {}),
  },
});
