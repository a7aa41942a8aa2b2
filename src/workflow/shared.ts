/**
 * What a worker evaluates once and freezes, instead of once for each execution, together with all that these import.
 * An export of each: webpack drops a bare import of a package without side effects.
 */
export { configureActivities } from './activity-options.js';
export { Agent } from './agent/agent.js';
export { agentHost } from './host/agent-host.js';
export { interceptors } from './interceptors.js';
