// A Temporal cluster: schema, one process for each of its four services, namespaces.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { Ended, finish, freeLowPort, freePort, until } from './processes.mjs';

const SERVICES = ['frontend', 'history', 'matching', 'worker'];
/** `temporal.api.enums.v1.IndexedValueType` */
const KEYWORD_LIST = 7;
const DATABASES = { temporal: 'temporal', temporal_visibility: 'visibility' };

/** mcpa's own engine has these; a cluster has what its operators set (docs/cluster.md). */
export const PACE = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'system.enableActivityEagerExecution': true,
};

export class Temporal {
  #services = new Map();

  constructor(processes, folder, binaries, postgres) {
    Object.assign(this, { processes, folder, binaries, postgres });
  }

  /** Both databases, from the versioned schema in the SQL tool itself. */
  async schema() {
    for (const [database, part] of Object.entries(DATABASES)) {
      const { port, user, password } = this.postgres;
      const at = [
        '--plugin',
        'postgres12',
        '--ep',
        '127.0.0.1',
        '-p',
        String(port),
        '-u',
        user,
        '--db',
        database,
      ];
      const tool = (...args) =>
        finish(this.binaries.sql, [...at, ...args], { env: { ...process.env, SQL_PASSWORD: password } });
      await tool('create', '--defaultdb', 'postgres');
      await tool('setup-schema', '-v', '0.0');
      await tool('update-schema', '--schema-name', `postgresql/v12/${part}`);
    }
  }

  async start({ shards = 4, dynamic = {} } = {}) {
    this.ports ??= Object.fromEntries(
      await Promise.all(
        SERVICES.map(async (name) => [
          name,
          { grpcPort: await freePort(), membershipPort: await freeLowPort() },
        ]),
      ),
    );
    this.address = `127.0.0.1:${this.ports.frontend.grpcPort}`;
    this.tuned(dynamic);
    writeFileSync(join(this.folder, 'temporal.yaml'), stringify(this.#config(shards)));
    // One alone first: services that start together on an empty database race for its one row of metadata, and the losers end.
    for (const service of SERVICES) {
      this.#start(service);
      await this.#listens(service);
    }
    await this.answers();
  }

  /** Temporal's dynamic configuration, read again every few seconds. */
  tuned(dynamic) {
    const values = Object.entries({ 'frontend.WorkflowPauseEnabled': true, ...dynamic }).map(
      ([key, value]) => [key, [{ value }]],
    );
    writeFileSync(join(this.folder, 'dynamic.yaml'), stringify(Object.fromEntries(values)));
  }

  async answers() {
    await until('the frontend answers', async () => {
      const connection = await Connection.connect({ address: this.address, connectTimeout: 2000 });
      await connection.workflowService.listNamespaces({ pageSize: 1 }).finally(() => connection.close());
    });
  }

  async namespace(namespace, { stateAttribute }) {
    const connection = await Connection.connect({ address: this.address });
    const { workflowService, operatorService } = connection;
    try {
      await until('the namespace is registered', () =>
        workflowService
          .registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: 86_400 } })
          .catch((error) => error.code === 6 || Promise.reject(error)),
      );
      await until('the namespace is known', () => workflowService.countWorkflowExecutions({ namespace }));
      if (!stateAttribute) return;
      await until('the search attribute is added', () =>
        operatorService.addSearchAttributes({ namespace, searchAttributes: { McpaState: KEYWORD_LIST } }),
      );
      await until('the search attribute is known', () =>
        workflowService.countWorkflowExecutions({ namespace, query: 'McpaState = "paused"' }),
      );
    } finally {
      await connection.close();
    }
  }

  /** Ends one service, as a crash would or cleanly, and starts it again on the same ports. */
  async restart(service, signal = 'SIGTERM') {
    await this.#services.get(service).end(signal);
    this.#start(service);
    await this.#listens(service);
    await this.answers();
  }

  async stop() {
    for (const service of [...SERVICES].reverse()) await this.#services.get(service)?.end();
  }

  #start(service) {
    const args = [
      '--config-file',
      join(this.folder, 'temporal.yaml'),
      '--allow-no-auth',
      'start',
      '--service',
      service,
    ];
    this.#services.set(
      service,
      this.processes.start(`temporal-${service}`, this.binaries.server, args, { cwd: this.folder }),
    );
  }

  /** Its port takes connections; an error at once when the process has ended. */
  async #listens(service) {
    const started = this.#services.get(service);
    await until(`${service} listens`, async () => {
      if (!started.running) throw new Ended(`ended at its start: ${started.output.slice(-500)}`);
      const socket = connect(this.ports[service].grpcPort, '127.0.0.1');
      await once(socket, 'connect').finally(() => socket.destroy());
    });
  }

  #config(shards) {
    const store = (databaseName, maxConns) => ({
      sql: {
        pluginName: 'postgres12',
        databaseName,
        connectAddr: `127.0.0.1:${this.postgres.port}`,
        connectProtocol: 'tcp',
        user: this.postgres.user,
        password: this.postgres.password,
        maxConns,
        maxIdleConns: maxConns,
        maxConnLifetime: '1h',
      },
    });
    return {
      log: { stdout: true, level: 'warn' },
      persistence: {
        defaultStore: 'default',
        visibilityStore: 'visibility',
        numHistoryShards: shards,
        datastores: { default: store('temporal', 20), visibility: store('temporal_visibility', 10) },
      },
      global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
      services: Object.fromEntries(
        Object.entries(this.ports).map(([name, ports]) => [
          name,
          { rpc: { ...ports, bindOnLocalHost: true } },
        ]),
      ),
      clusterMetadata: {
        enableGlobalNamespace: false,
        failoverVersionIncrement: 10,
        masterClusterName: 'active',
        currentClusterName: 'active',
        clusterInformation: {
          active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: this.address },
        },
      },
      dcRedirectionPolicy: { policy: 'noop' },
      dynamicConfigClient: { filepath: join(this.folder, 'dynamic.yaml'), pollInterval: '10s' },
    };
  }
}
