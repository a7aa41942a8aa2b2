import { McpaError } from '../../../core/index.js';
import { interruptedEarly } from '../../interrupted.js';
import { localPort, progressNotes, SEARCH_ATTRIBUTES } from '../../local/local-engine.js';
import { paint } from '../../render/paint.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, note, outputMode, printJson, printResult } from '../../terminal.js';

export interface ServerFlags extends GlobalFlags {
  port?: string;
  uiPort?: string;
}

/** The local engine in the foreground, until Ctrl-C. */
export async function serverStart(flags: ServerFlags): Promise<void> {
  const mode = outputMode();
  const { portOf } = await import('./worker.js');
  const uiPort = portOf(flags.uiPort, '--ui-port', 0);
  const wanted = portOf(flags.port, '--port', 0);
  const { config } = await loadSettings(flags);
  const port = wanted ?? localPort(config.temporal.address);
  if (port === undefined) {
    throw new McpaError('USAGE', `${config.temporal.address} is not on this machine`, {
      hint: 'give --port',
    });
  }
  const { findEngine, startEngine } = await import('../../../engine/index.js');
  using interrupt = interruption();
  const { signal } = interrupt;
  const early = (error: unknown) => {
    throw signal.aborted ? interruptedEarly() : error;
  };
  const onProgress = progressNotes(mode);
  const { path } = config.engine;
  const binary = await findEngine({ onProgress, signal, ...(path !== undefined && { path }) }).catch(early);
  await using engine = await startEngine({
    binary: binary.path,
    source: binary.source,
    version: binary.version,
    port,
    ...(uiPort !== undefined && { uiPort }),
    dbFile: `${config.projectDir}/.mcpa/temporal.db`,
    namespace: [config.temporal.namespace],
    searchAttributes: SEARCH_ATTRIBUTES,
    onProgress,
    signal,
  }).catch(early);
  if (mode.json)
    printJson({
      type: 'ready',
      address: engine.address,
      uiUrl: engine.uiUrl,
      pid: engine.pid,
      dbFile: engine.dbFile,
    });
  else
    note(
      mode,
      `${paint(mode.color).green('ready')} engine ${engine.address} · UI ${engine.uiUrl} · data ${engine.dbFile}`,
    );
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  await Promise.race([interrupted, engine.exited ?? new Promise<void>(() => undefined)]);
  if (!signal.aborted) {
    throw new McpaError('ENGINE_FAILED', 'the engine ended by itself', {
      hint: `its log: ${engine.logFile ?? '.mcpa/'}`,
    });
  }
  note(mode, 'stopping the engine; its data stays');
}

/** Fetches or builds the engine now, rather than at first use. */
export async function serverInstall(flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags);
  const { findEngine } = await import('../../../engine/index.js');
  using interrupt = interruption();
  const { signal } = interrupt;
  const { path } = config.engine;
  const found = await findEngine({
    onProgress: progressNotes(mode),
    signal,
    ...(path !== undefined && { path }),
  }).catch((error: unknown) => {
    throw signal.aborted ? interruptedEarly() : error;
  });
  if (mode.json) printJson(found);
  else printResult(`${found.path}\n${found.version}, from ${found.source}`);
}

/** Whose engine it is, and whether it answers. */
export async function serverStatus(flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags);
  const { connectionOptions } = await import('../../../config/index.js');
  // A certificate that can't be read must not look like a dead engine.
  connectionOptions(config);
  const { answers, engineStatus } = await import('../../../engine/index.js');
  const status = await engineStatus(config.projectDir);
  const { address, tls, api_key: apiKey } = config.temporal;
  const secured = { ...(tls !== undefined && { tls }), ...(apiKey !== undefined && { apiKey }) };
  const answering = status.running || (await answers(address, secured));
  if (mode.json) printJson({ answering, configured: address, ...status });
  else printResult(statusLines(status, address, answering).join('\n'));
  if (!answering) process.exitCode = 3;
}

type Status = Awaited<ReturnType<typeof import('../../../engine/index.js')['engineStatus']>>;

function statusLines(status: Status, address: string, answering: boolean): string[] {
  const data = status.dbFile
    ? [`data      ${status.dbFile} (${((status.dbBytes ?? 0) / 1e6).toFixed(1)} MB)`]
    : [];
  if (!status.running) {
    const what = answering
      ? `answers at ${address}; not started by mcpa in this project`
      : `nothing answers at ${address}`;
    return [`engine    ${what}`, ...data];
  }
  return [
    `engine    running at ${status.address}, pid ${status.pid}, ${status.mode ?? ''}`.trimEnd(),
    ...(status.uiUrl ? [`UI        ${status.uiUrl}`] : []),
    `version   ${status.version ?? 'unknown'}, from ${status.source ?? 'unknown'}`,
    ...(status.projectDir ? [`project   ${status.projectDir}`] : []),
    ...data,
  ];
}
