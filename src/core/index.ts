export * from './contract.js';
export * from './conversation.js';
export * from './digest.js';
export * from './errors.js';
export * from './json.js';
export * from './loop.js';
export * from './messages.js';
export * from './usage.js';
