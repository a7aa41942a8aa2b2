// What a workflow needs; what chooses and shows a view is in policy.ts, which no bundle carries.
export * from './read-result.js';
export * from './reply-items.js';
export * from './result-text.js';
