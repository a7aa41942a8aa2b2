export { createTestEnvironment, type TestEnvironment, type TestEnvironmentOptions } from './environment.js';
export { type ScriptedModel, type ScriptTurn, scriptedModel } from './scripted-model.js';
