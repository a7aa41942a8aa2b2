import { WIRE } from '../../core/index.js';

/** Leaves out the runs that host an agent: they are parts of the run that it belongs to. In Temporal's list language. */
export const NO_HOSTS = `WorkflowType != '${WIRE.agentHost}'`;
