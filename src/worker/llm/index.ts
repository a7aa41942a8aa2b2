export * from './create-models.js';
export * from './errors/error-classes.js';
export * from './errors/model-error.js';
export * from './model.js';
export * from './price.js';
export { parseScript, type Script, type ScriptTurn } from './scripted/script.js';
export { createScriptedModel } from './scripted/scripted-model.js';
