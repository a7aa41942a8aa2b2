import type { Client, Transport } from '@modelcontextprotocol/client';
import type { McpServerConfig } from '../../../config/types.js';
import type { CallsUnderWay } from '../asks/calls-under-way.js';
import { catalogTools } from '../catalog.js';
import { describe, httpStatus } from '../errors.js';
import type { CatalogTool } from '../types.js';
import { type ConnectContext, connect } from './connect.js';

/** For HTTP servers that don't tell when their tools change. */
const UNTOLD_CATALOG_MS = 60_000;
const LIST_TIMEOUT_MS = 30_000;
/** A server that rested longer than this is asked for a sign of life before a call is given to it. */
const REST_MS = 30_000;
const PING_TIMEOUT_MS = 5_000;

/** One live connection to one server; never reopened, the pool replaces it. */
export class Connection {
  /** Set once it can't be used any more. */
  broken = false;
  readonly openedAt = Date.now();
  #tools: Promise<CatalogTool[]> | undefined;
  #listedAt = 0;
  #usedAt = Date.now();
  #keptUntil = 0;
  /** Calls that it works on: a server may be too busy with one to answer anything else. */
  #working = 0;
  #asking: Promise<boolean> | undefined;
  #toldOfChanges: boolean;
  #closing: Promise<void> | undefined;

  private constructor(
    readonly name: string,
    readonly config: McpServerConfig,
    readonly client: Client,
    readonly transport: Transport,
    readonly context: ConnectContext,
    readonly calls: CallsUnderWay,
  ) {
    // A process can't be replaced under its pipe; an HTTP server can, at any time.
    this.#toldOfChanges = config.transport === 'stdio';
  }

  static async open(
    name: string,
    config: McpServerConfig,
    context: ConnectContext,
    onBroken: (connection: Connection) => void,
  ): Promise<Connection> {
    const started = Date.now();
    const { client, transport, calls } = await connect(name, config, context);
    const connection = new Connection(name, config, client, transport, context, calls);
    client.onclose = () => {
      connection.broken = true;
      onBroken(connection);
    };
    await connection.#followChanges();
    const { name: serverName, version } = client.getServerVersion() ?? {};
    context.log('debug', `MCP server ${name} connected`, {
      server: name,
      ms: Date.now() - started,
      protocol: client.getNegotiatedProtocolVersion(),
      version: serverName === undefined ? undefined : `${serverName} ${version}`,
    });
    return connection;
  }

  /** The tools the config allows; listed once until the server says that they changed. */
  tools(): Promise<CatalogTool[]> {
    const stale = !this.#toldOfChanges && Date.now() - this.#listedAt > UNTOLD_CATALOG_MS;
    if (this.#tools === undefined || stale) {
      this.#listedAt = Date.now();
      const listing = this.#list();
      this.#tools = listing;
      listing.catch(() => {
        if (this.#tools === listing) this.#tools = undefined;
      });
    }
    return this.#tools;
  }

  /** Runs `work` on it; it rests between one and the next. */
  async work<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    this.#working++;
    try {
      return await work(this);
    } finally {
      this.#working--;
      this.#usedAt = Date.now();
    }
  }

  /** Something at the server is looked at again within that time: it is not idle before, however long it rests. */
  keep(ms: number): void {
    this.#keptUntil = Math.max(this.#keptUntil, Date.now() + ms);
  }

  /** Milliseconds until it may be closed. */
  get keptMs(): number {
    return Math.max(0, this.#keptUntil - Date.now());
  }

  /** False when the server rested and does not answer now: a call sent to it would be lost. */
  async isLive(restMs = REST_MS): Promise<boolean> {
    const rested = this.#working > 0 ? 0 : Date.now() - this.#usedAt;
    // Each request of the new era over HTTP stands alone: there is nothing that could be dead.
    const alone = this.config.url !== undefined && this.client.getProtocolEra() === 'modern';
    if (rested >= restMs && !alone && !this.broken) {
      this.#asking ??= this.#answers().finally(() => {
        this.#asking = undefined;
      });
    }
    // Whoever comes meanwhile waits for the same answer.
    return (await (this.#asking ?? true)) && !this.broken;
  }

  async #answers(): Promise<boolean> {
    const options = { timeout: PING_TIMEOUT_MS };
    try {
      await (this.client.getProtocolEra() === 'modern'
        ? this.client.discover(options)
        : this.client.ping(options));
      this.#usedAt = Date.now();
      return true;
    } catch (error) {
      // A refusal is a sign of life as well.
      if (typeof (error as { code?: unknown }).code === 'number' && httpStatus(error) === undefined) {
        this.#usedAt = Date.now();
        return true;
      }
      const text = `MCP server ${this.name} gave no sign of life after a rest: ${describe(error)}`;
      this.context.log('warning', text, { server: this.name });
      this.broken = true;
      return false;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.broken = true;
    const end = (this.transport as { terminateSession?: () => Promise<void> }).terminateSession;
    if (end !== undefined) {
      // A courtesy to 2025-era HTTP servers, which else keep the session.
      const late = new Promise<void>((resolve) => setTimeout(resolve, 1000).unref());
      await Promise.race([end.call(this.transport).catch(() => {}), late]);
    }
    await this.client.close().catch(() => {});
  }

  async #list(): Promise<CatalogTool[]> {
    const { tools } = await this.client.listTools(undefined, {
      timeout: LIST_TIMEOUT_MS,
      cacheMode: 'refresh',
    });
    return catalogTools(this.name, this.config, tools);
  }

  async #followChanges(): Promise<void> {
    const { client } = this;
    if (client.getServerCapabilities()?.tools?.listChanged !== true) return;
    client.setNotificationHandler('notifications/tools/list_changed', () => {
      this.#tools = undefined;
    });
    if (client.getProtocolEra() !== 'modern') {
      this.#toldOfChanges = true;
      return;
    }
    try {
      const subscription = await client.listen({ toolsListChanged: true }, { timeout: LIST_TIMEOUT_MS });
      this.#toldOfChanges = true;
      void subscription.closed.then(() => {
        this.#toldOfChanges = false;
      });
    } catch (error) {
      this.#toldOfChanges = false;
      this.context.log('debug', `MCP server ${this.name}: no change notifications`, {
        error: describe(error),
      });
    }
  }
}
