import type { NativeConnection } from '@temporalio/worker';
import { isMcpaError, McpaError } from '../core/index.js';

type Sdk = typeof import('@temporalio/worker');
type Options = NonNullable<Parameters<Sdk['NativeConnection']['connect']>[0]> & { address: string };

export async function connectWorker(sdk: Sdk, options: Options) {
  try {
    return await sdk.NativeConnection.connect(options);
  } catch (error) {
    if (isMcpaError(error)) throw error;
    const { address } = options;
    const secure = Boolean(options.tls) || options.apiKey !== undefined;
    const over = secure ? ' over TLS' : '';
    throw new McpaError('ENGINE_UNREACHABLE', `no Temporal server answers${over} at ${address}`, {
      hint: secure
        ? 'check temporal.tls and temporal.api_key (an API key turns TLS on; TEMPORAL_TLS=false turns it off), or the address'
        : 'start one with `mcpa dev` or `mcpa server`, or set temporal.host and temporal.port',
      cause: error,
    });
  }
}

/** Asked first: a `Worker.create` that fails leaves native parts behind that keep the process alive. */
export async function requireNamespace(
  connection: NativeConnection,
  address: string,
  namespace: string,
): Promise<void> {
  const error = await connection.workflowService.describeNamespace({ namespace }).then(
    () => undefined,
    (thrown: { code?: number }) => thrown,
  );
  if (error === undefined) return;
  const reason = REFUSALS[error.code ?? 0];
  // Anything else is for the worker's own start to judge.
  if (reason === undefined) return;
  await connection.close();
  if (reason === 'NAMESPACE_UNKNOWN') {
    throw new McpaError(reason, `namespace "${namespace}" does not exist at ${address}`, {
      hint: `create it with \`temporal operator namespace create -n ${namespace}\`, or set --namespace`,
      cause: error,
    });
  }
  throw new McpaError(reason, `the engine at ${address} refused this worker`, {
    hint: 'check temporal.api_key, temporal.tls and the rights on the namespace',
    cause: error,
  });
}

/** By gRPC status. */
const REFUSALS: Record<number, 'NAMESPACE_UNKNOWN' | 'PERMISSION'> = {
  5: 'NAMESPACE_UNKNOWN',
  7: 'PERMISSION',
  16: 'PERMISSION',
};

const ANSWER_MS = 5_000;
/** CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE. */
const SILENT = [1, 4, 14];

/** Any answer counts, a refusal too. */
export async function engineAnswers(connection: NativeConnection): Promise<boolean> {
  const ask = () => connection.workflowService.getSystemInfo({});
  try {
    await connection.withDeadline(Date.now() + ANSWER_MS, ask);
    return true;
  } catch (error) {
    return !SILENT.includes((error as { code?: number }).code ?? -1);
  }
}
