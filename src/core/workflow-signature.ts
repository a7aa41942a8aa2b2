import type { JsonObject } from './json.js';

/** A parameter of a workflow, as its types tell. */
export interface WorkflowParameter {
  name: string;
  /** JSON Schema; empty: any JSON. */
  schema: JsonObject;
  optional: boolean;
  /** `...items`: takes all that follow. */
  rest?: true;
}

/** How a workflow is called: read from its source, never run. */
export interface WorkflowSignature {
  name: string;
  /** The docstring. */
  description?: string;
  parameters: WorkflowParameter[];
}
