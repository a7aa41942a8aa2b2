export * from './compact.js';
export * from './estimate.js';
export * from './read-result.js';
export * from './reply-items.js';
export * from './result-text.js';
export * from './view.js';
