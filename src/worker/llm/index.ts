export * from './create-models.js';
export * from './model.js';
export * from './model-error.js';
export * from './price.js';
export { parseScript, type Script, type ScriptTurn } from './scripted/script.js';
export { createScriptedModel } from './scripted/scripted-model.js';
