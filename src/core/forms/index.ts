export * from './check.js';
export * from './fields.js';
