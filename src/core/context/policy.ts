export * from './compact.js';
export * from './estimate.js';
export * from './view.js';
