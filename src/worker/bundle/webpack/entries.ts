import { dirname, join } from 'node:path';
import { type BundledOptions, WIRE } from '../../../core/index.js';
import type { DiscoveredWorkflow } from '../source/discover.js';

/**
 * Lazy getters: a run evaluates the file of its own workflow and what that imports, nothing else. A name that isn't
 * there gets an error that lists those that are: it is all that a user of another terminal sees of this worker. The
 * SDK asks for `default` as well.
 */
export function workflowEntry(workflows: DiscoveredWorkflow[], workflowModule: string): string {
  const getters = workflows.map(
    ({ name, module }) =>
      `  get ${JSON.stringify(name)}() { return require(${JSON.stringify(module)})[${JSON.stringify(name)}]; },`,
  );
  const host = own(workflowModule, 'host/agent-host.js');
  getters.push(`  get ${JSON.stringify(WIRE.agentHost)}() { return require(${host}).agentHost; },`);
  const names = workflows.map(({ name }) => name).join(', ') || 'none';
  return `const workflows = {\n${getters.join('\n')}\n};
module.exports = new Proxy(workflows, {
  get(target, name) {
    if (name in target || name === 'default' || typeof name === 'symbol') return target[name];
    throw new TypeError('no workflow "' + name + '" in this worker, which has: ' + ${JSON.stringify(names)});
  },
});
`;
}

export function interceptorEntry(given: { workflowModule: string; options: BundledOptions }): string {
  const { workflowModule, options } = given;
  return [
    `require(${own(workflowModule, 'activity-options.js')}).configureActivities(${JSON.stringify(options)});`,
    `exports.interceptors = require(${own(workflowModule, 'interceptors.js')}).interceptors;`,
    '',
  ].join('\n');
}

/** Evaluated before any run; exported, since webpack drops a bare `require` of a package without side effects. */
export function preloadEntry(workflowModule: string): string {
  return `module.exports = require(${own(workflowModule, 'shared.js')});\n`;
}

function own(workflowModule: string, name: string): string {
  return JSON.stringify(join(dirname(workflowModule), name));
}
