export { type AnswersOptions, answers } from './answers.js';
export { type FindEngineOptions, type FoundEngine, findEngine } from './find.js';
export type { EngineProgress, OnProgress } from './progress.js';
export { type SharedEngine, type ShareEngineOptions, shareEngine } from './share.js';
export { type Engine, type StartEngineOptions, startEngine } from './start.js';
export { type EngineState, type EngineStatus, engineStatus } from './state.js';
export { ENGINE_VERSION } from './version.js';
