import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

interface Found {
  accountId?: string;
  clientId?: string;
  scope?: string;
  destroy(): Promise<void>;
}
interface Grant {
  addOIDCScope(scope: string): void;
  addResourceScope(resource: string, scope: string): void;
  save(): Promise<string>;
}
/** What the test uses of oidc-provider, which has no types of its own. */
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  on(event: string, listener: (context: Context) => void): void;
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  AccessToken: { find(token: string): Promise<Found | undefined> };
  ClientCredentials: { find(token: string): Promise<Found | undefined> };
  RefreshToken: { find(token: string): Promise<Found | undefined> };
  Grant: new (of: { accountId: string; clientId: string }) => Grant;
}
interface Context {
  body?: { access_token?: string; refresh_token?: string };
  oidc: { params?: { grant_type?: string } };
}
interface Interaction {
  prompt: { name: string };
  params: { client_id: string; scope?: string };
}

export const MACHINE = { id: 'machine', secret: 'machine-secret-0123456789' };

/** An MCP server behind an OAuth server (oidc-provider), both on loopback, and what the test may do to them. */
export class AuthServer implements AsyncDisposable {
  readonly issued: Array<{ grant: string; access: string; refresh: string | undefined }> = [];
  /** Of each MCP request with a token: which. */
  readonly seen: string[] = [];
  /** Seconds that an access token is good for. */
  lifetime = 3600;
  /** The person says no. */
  denies = false;
  /** What the protected resource names as its issuer instead of the right one. */
  namedIssuer: string | undefined;
  /** The scope that a call needs. */
  callScope: string | undefined;
  #provider!: Provider;
  #server!: Server;
  origin = '';

  static async start(): Promise<AuthServer> {
    const own = new AuthServer();
    own.#server = createServer((request, response) => {
      own.#serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    await new Promise<void>((resolve) => own.#server.listen(0, '127.0.0.1', resolve));
    own.origin = `http://127.0.0.1:${(own.#server.address() as AddressInfo).port}`;
    own.#provider = await providerAt(own);
    own.#provider.on('grant.success', ({ body, oidc }) => {
      own.issued.push({
        grant: oidc.params?.grant_type ?? '',
        access: body?.access_token ?? '',
        refresh: body?.refresh_token,
      });
    });
    return own;
  }

  get url(): string {
    return `${this.origin}/mcp`;
  }

  get refreshes(): number {
    return this.issued.filter(({ grant }) => grant === 'refresh_token').length;
  }

  /** Every access token is refused from now on; with `refresh`, every refresh token too. */
  async revoke({ refresh = false } = {}): Promise<void> {
    for (const each of this.issued) {
      await (await this.#token(each.access))?.destroy();
      if (refresh && each.refresh !== undefined)
        await (await this.#provider.RefreshToken.find(each.refresh))?.destroy();
    }
  }

  async isGood(kind: 'access' | 'refresh', token: string): Promise<boolean> {
    return (
      (await (kind === 'access' ? this.#token(token) : this.#provider.RefreshToken.find(token))) !== undefined
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #token(token: string): Promise<Found | undefined> {
    return (await this.#provider.AccessToken.find(token)) ?? this.#provider.ClientCredentials.find(token);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.origin);
    if (pathname === '/.well-known/oauth-protected-resource/mcp') return this.#describe(response);
    if (pathname.startsWith('/interaction/')) return this.#agree(request, response);
    if (pathname !== '/mcp') return this.#provider.callback()(request, response);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const found = token === undefined ? undefined : await this.#token(token);
    const challenge = `resource_metadata="${this.origin}/.well-known/oauth-protected-resource/mcp"`;
    if (token === undefined || found === undefined) {
      // As some gateways do: it repeats what it was sent.
      const said = token === undefined ? 'no token' : `bad token ${token}`;
      response.writeHead(401, { 'www-authenticate': `Bearer ${challenge}` }).end(said);
      return;
    }
    this.seen.push(token);
    if (this.callScope !== undefined && !(found.scope ?? '').split(' ').includes(this.callScope)) {
      const wanted = `Bearer error="insufficient_scope", scope="${this.callScope}", ${challenge}`;
      response.writeHead(403, { 'www-authenticate': wanted }).end();
      return;
    }
    const who = found.accountId ?? found.clientId ?? '';
    await toNodeHandler(createMcpHandler(() => guarded(who, token)))(request, response);
  }

  #describe(response: ServerResponse): void {
    const about = {
      resource: this.url,
      authorization_servers: [this.namedIssuer ?? this.origin],
      scopes_supported: ['tools:read'],
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(about));
  }

  /** Signs in and consents at once, or refuses. */
  async #agree(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params } = await this.#provider.interactionDetails(request, response);
    if (this.denies) {
      const error = { error: 'access_denied', error_description: 'the person said no' };
      return this.#provider.interactionFinished(request, response, error);
    }
    if (prompt.name === 'login')
      return this.#provider.interactionFinished(request, response, { login: { accountId: 'ann' } });
    const grant = new this.#provider.Grant({ accountId: 'ann', clientId: params.client_id });
    grant.addOIDCScope(`openid offline_access ${params.scope ?? ''}`);
    grant.addResourceScope(this.url, params.scope ?? '');
    return this.#provider.interactionFinished(request, response, {
      consent: { grantId: await grant.save() },
    });
  }
}

async function providerAt(own: AuthServer): Promise<Provider> {
  const { default: Provider } = (await import('oidc-provider' as string)) as {
    default: new (issuer: string, configuration: object) => Provider;
  };
  return new Provider(own.origin, {
    clients: [
      {
        client_id: MACHINE.id,
        client_secret: MACHINE.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => own.url,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'tools:read tools:write',
          audience: own.url,
          accessTokenFormat: 'opaque',
          accessTokenTTL: own.lifetime,
        }),
      },
    },
    scopes: ['openid', 'offline_access', 'tools:read', 'tools:write'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    cookies: { keys: ['test'] },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { RefreshToken: 86_400, Grant: 86_400, Session: 86_400, Interaction: 600, AuthorizationCode: 60 },
  });
}

function guarded(who: string, token: string): McpServer {
  const server = new McpServer({ name: 'guarded', version: '1.0.0' });
  const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });
  server.registerTool('whoami', { inputSchema: z.object({}) }, () => text(`you are ${who}`));
  server.registerTool('leak', { inputSchema: z.object({}) }, () => ({
    ...text(`rejected: ${token}`),
    isError: true,
  }));
  return server;
}

/** The person at the browser: follows the address to the end, and calls the terminal back. */
export async function visit(
  address: string,
  change: (callback: URL) => void = () => undefined,
): Promise<{ status: number; text: string }> {
  const cookies = new Map<string, string>();
  for (let at = new URL(address), hops = 0; hops < 20; hops++) {
    if (at.pathname === '/callback') change(at);
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const next = response.headers.get('location');
    const text = await response.text();
    if (next === null) return { status: response.status, text };
    at = new URL(next, at);
  }
  throw new Error('it leads in circles');
}
