export * from './controllable.js';
export * from './interactive-review.js';
export * from './orchestrator.js';
export * from './parallel.js';
export * from './simple-agent.js';
