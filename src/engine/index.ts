export { type AnswersOptions, answers } from './answers.js';
export { engineCache } from './cache.js';
export { ENGINE_VERSION } from './fetch/version.js';
export { type FindEngineOptions, type FoundEngine, findEngine } from './find.js';
export { paceFlags } from './flags.js';
export type { EngineProgress, OnProgress } from './progress.js';
export { joinEngine, type SharedEngine, type ShareEngineOptions, shareEngine } from './share.js';
export { type Engine, type StartEngineOptions, startEngine } from './start.js';
export { type EngineState, type EngineStatus, engineStatus } from './state.js';
