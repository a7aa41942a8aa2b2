import { askValid } from '../ask-valid.js';
import { aboutOf, byName, type Generates, withFork } from '../generates.js';
import { menu } from '../sources.js';
import { type Choice, checkChoices, checkTopK, choicesSchema } from './choices.js';

export interface AgentRoute {
  agent: Generates;
  /** Instead of the agent's instruction. */
  description?: string;
}
export interface ServerRoute {
  /** An MCP server of the config. */
  server: string;
  description: string;
}
export interface FunctionRoute {
  name: string;
  description: string;
  run(message: string): unknown;
}

/** Where a request may go. */
export type Route = AgentRoute | ServerRoute | FunctionRoute;

export interface RouterOptions {
  /** Decides. */
  router: Generates;
  routes: readonly Route[];
  /** The most choices that are returned; 1 by default. */
  topK?: number;
  /** Makes the agent that serves a server's route. */
  serverAgent?: (server: string) => Generates;
  prompt?: (context: { message: string; routes: string; topK: number }) => string;
}

export interface RouteChoice extends Choice {
  kind: 'agent' | 'server' | 'function';
  /** Hands the request (or another text) over; an agent and a server give a text, a function what it returns. */
  run(message?: string): Promise<unknown>;
}

/**
 * Chooses who should serve a request: agents, MCP servers, functions; best first, empty when none fits.
 *
 * @example
 * const [best] = await router(request, { router: clerk, routes: [{ agent: writer }, { server: 'fetch', description: 'Reads web pages' }] });
 * return best?.run();
 */
export async function router(message: string, options: RouterOptions): Promise<RouteChoice[]> {
  const { routes, topK = 1, prompt = routePrompt } = options;
  checkTopK('router', topK);
  const named = byName(
    'router',
    routes.map((route) => ({ name: nameOf(route), route })),
  );
  const names = [...named.keys()];
  const list = menu(routes.map((route) => ({ name: nameOf(route), ...describe(route) })));
  return withFork(options.router, (agent) =>
    askValid(agent, prompt({ message, routes: list, topK }), choicesSchema(names), (answer) =>
      checkChoices(answer, names, topK, (choice): RouteChoice => {
        const { route } = named.get(choice.name) as { route: Route };
        return {
          ...choice,
          kind: describe(route).kind,
          run: async (text = message) => serve(route, text, options.serverAgent),
        };
      }),
    ),
  );
}

function nameOf(route: Route): string {
  return 'agent' in route ? route.agent.name : 'server' in route ? route.server : route.name;
}

function describe(route: Route): { kind: RouteChoice['kind']; about: string } {
  if ('agent' in route) return { kind: 'agent', about: aboutOf(route.agent, route.description) };
  return { kind: 'server' in route ? 'server' : 'function', about: route.description };
}

async function serve(
  route: Route,
  text: string,
  serverAgent: RouterOptions['serverAgent'],
): Promise<unknown> {
  if ('agent' in route) return route.agent.generateStr(text);
  if ('run' in route) return route.run(text);
  if (serverAgent === undefined) throw new TypeError(`router: no agent for the server "${route.server}"`);
  const agent = serverAgent(route.server);
  try {
    return await agent.generateStr(text);
  } finally {
    await agent.close?.();
  }
}

function routePrompt({ message, routes, topK }: { message: string; routes: string; topK: number }): string {
  return `Who of these should serve the request? Name at most ${topK}, the best first, each with your confidence and the reason. Name none if none fits.

${routes}

<request>
${message}
</request>`;
}
