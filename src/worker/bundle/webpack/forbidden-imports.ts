import { builtinModules } from 'node:module';

const TO_ACTIVITY =
  'Do this in an activity (a file of `activities` in the config) and call it from the workflow; types alone come by `import type`.';
/** What the SDK replaces by stand-ins that work in the sandbox. */
const ALLOWED_BUILTINS = new Set(['assert', 'url', 'util']);
const BUILTIN_HINTS: Record<string, string> = {
  crypto: "Use `uuid4()` from '@temporalio/workflow' for ids; hash or encrypt in an activity.",
  timers: "Use `sleep()` from '@temporalio/workflow'.",
  'timers/promises': "Use `sleep()` from '@temporalio/workflow'.",
  process: 'Pass what the workflow needs as its input, or read the environment in an activity.',
  events: "Use `condition()`, signals and updates of '@temporalio/workflow'.",
};

/** How to do without a module that can't run in the sandbox; undefined when it can. */
export function forbiddenHint(request: string): string | undefined {
  const builtin = request.startsWith('node:') ? request.slice(5) : request;
  if (builtinModules.includes(builtin) || request.startsWith('node:')) {
    return ALLOWED_BUILTINS.has(builtin) ? undefined : (BUILTIN_HINTS[builtin] ?? TO_ACTIVITY);
  }
  if (request === 'mcpa' || (request.startsWith('mcpa/') && request !== 'mcpa/workflow')) {
    return "In workflow code import from 'mcpa/workflow'.";
  }
  if (/^(?:@anthropic-ai\/sdk|openai)(?:\/|$)/.test(request)) {
    return "Call the model with `Agent` of 'mcpa/workflow', or use the SDK in an activity; types alone come by `import type`.";
  }
  if (request.startsWith('@modelcontextprotocol/')) {
    return "Name the MCP server in the agent's `serverNames`: mcpa connects to it from an activity; types alone come by `import type`.";
  }
  if (/^@temporalio\/(?:client|worker|activity|testing|core-bridge|envconfig)(?:\/|$)/.test(request)) {
    return "In workflow code import from '@temporalio/workflow'; for an activity's types use `import type`.";
  }
  if (
    /^@temporalio\/(?:common\/lib\/internal-non-workflow|interceptors-opentelemetry(?:-v2)?\/lib\/(?:client|worker))/.test(
      request,
    )
  ) {
    return "In workflow code import from '@temporalio/workflow'.";
  }
  return undefined;
}
