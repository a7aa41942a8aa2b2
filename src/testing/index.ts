export { createTestEnvironment, type TestEnvironment, type TestEnvironmentOptions } from './environment.js';
export { type ScriptedModel, scriptedModel, type ScriptTurn } from './scripted-model.js';
