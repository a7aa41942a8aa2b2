import {
  ApplicationFailure,
  CancelledFailure,
  isGrpcServiceError,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { isMcpaError, McpaError } from '../core/index.js';

export interface AddressInfo {
  address: string;
  namespace: string;
  /** The connection is encrypted: a plain server then looks dead. */
  tls?: boolean;
}

/** gRPC status codes, as numbers: importing grpc-js for five constants costs time. */
const GRPC = {
  /** A deadline that passed at the engine comes back so at times. */
  cancelled: 1,
  invalid: 3,
  deadline: 4,
  notFound: 5,
  denied: 7,
  exhausted: 8,
  unavailable: 14,
  unauthenticated: 16,
};

/** The gRPC error within an error of the SDK, which wraps it once. */
export function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

/** True when asking again may help: the engine is away or busy. */
export function isTransient(error: unknown): boolean {
  const code = grpcCode(error);
  return (
    code === GRPC.unavailable || code === GRPC.deadline || code === GRPC.exhausted || code === GRPC.cancelled
  );
}

/**
 * True when the worker's answer to the engine said nothing of an update, which happens where others that came with it are rejected:
 * the run has not seen it.
 */
export function isUnprocessed(error: unknown): boolean {
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === 'UnprocessedUpdate';
}

/**
 * True when a history's page token is of a state that the engine has given up (`CurrentBranchChanged` of the server):
 * a request without it is answered.
 */
export function isStalePageToken(error: unknown): boolean {
  return grpcCode(error) === GRPC.invalid && /branch token|versioned transition/i.test(grpcDetails(error));
}

/** The message of the innermost cause: what really went wrong, without Temporal's wrapping. */
export function rootMessage(error: unknown): string {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  return current instanceof Error ? current.message : String(current);
}

/** Says what failed while the connection was opened, or in any call that the engine didn't answer. */
export function mapConnectionError(error: unknown, where: AddressInfo): unknown {
  if (isMcpaError(error)) return error;
  const code = grpcCode(error);
  const detail = grpcDetails(error);
  if (isNamespaceUnknown(error, detail)) return namespaceUnknown(where, error);
  if (code === GRPC.denied || code === GRPC.unauthenticated) {
    return new McpaError('PERMISSION', `the engine at ${where.address} refused: ${detail}`, {
      hint: 'check temporal.api_key, temporal.tls and the rights on the namespace',
      cause: error,
    });
  }
  const unreachable =
    code === GRPC.unavailable ||
    code === GRPC.deadline ||
    /connect|ECONNREFUSED|ENOTFOUND/i.test(rootMessage(error));
  if (!unreachable) return error;
  return where.tls ? noTlsAnswer(where.address, error) : engineUnreachable(where.address, error);
}

export function engineUnreachable(address: string, cause?: unknown): McpaError {
  return new McpaError('ENGINE_UNREACHABLE', `no Temporal server answers at ${address}`, {
    hint: 'start one with `mcpa dev` or `mcpa server start`, or point --address (TEMPORAL_ADDRESS) at yours',
    cause,
  });
}

function noTlsAnswer(address: string, cause: unknown): McpaError {
  const why = rootMessage(cause).split('\n')[0];
  return new McpaError('ENGINE_UNREACHABLE', `no Temporal server answers over TLS at ${address}: ${why}`, {
    hint: 'check temporal.tls and temporal.api_key (an API key turns TLS on; TEMPORAL_TLS=false turns it off), or the address',
    cause,
  });
}

function isNamespaceUnknown(error: unknown, detail: string): boolean {
  if ((error as Error | undefined)?.name === 'NamespaceNotFoundError') return true;
  return grpcCode(error) === GRPC.notFound && /namespace/i.test(detail);
}

function namespaceUnknown(where: AddressInfo, cause: unknown): McpaError {
  return new McpaError(
    'NAMESPACE_UNKNOWN',
    `namespace "${where.namespace}" does not exist at ${where.address}`,
    {
      hint: `create it with \`temporal operator namespace create -n ${where.namespace}\`, or set --namespace`,
      cause,
    },
  );
}

export function grpcDetails(error: unknown): string {
  const source = isGrpcServiceError(error) ? error : (error as { cause?: unknown } | undefined)?.cause;
  return isGrpcServiceError(source) ? source.details : rootMessage(error);
}

/** Errors of calls that name a run. */
export function mapRunError(error: unknown, workflowId: string, where: AddressInfo): unknown {
  if (isMcpaError(error)) return error;
  if (error instanceof WorkflowExecutionAlreadyStartedError) return runExists(workflowId, error);
  if (error instanceof WorkflowFailedError) return mapOutcome(error, workflowId);
  const detail = grpcDetails(error);
  if (isNamespaceUnknown(error, detail)) return namespaceUnknown(where, error);
  if ((error as Error)?.name === 'WorkflowNotFoundError' || grpcCode(error) === GRPC.notFound) {
    if (/already completed|aborted by closing/i.test(detail)) {
      return new McpaError('RUN_CLOSED', `run ${workflowId} has already ended`, {
        hint: `mcpa result ${workflowId}`,
        cause: error,
      });
    }
    return new McpaError('RUN_UNKNOWN', `no run with id "${workflowId}" in namespace "${where.namespace}"`, {
      hint: 'check the id; `@last` is the run last started from this project',
      cause: error,
    });
  }
  if (grpcCode(error) === GRPC.invalid) {
    if (/blob|payload|message larger|input.*(size|limit)/i.test(detail)) return tooLarge(error);
    return new McpaError('USAGE', `the engine refused: ${detail}`, {
      hint: 'correct the id, the name or the task queue that the message names',
      cause: error,
    });
  }
  return mapConnectionError(error, where);
}

function tooLarge(cause: unknown): McpaError {
  return new McpaError('INPUT_TOO_LARGE', 'the input is larger than the engine takes (2 MB)', {
    hint: 'write it to a file and pass its path, so that an MCP server reads it',
    cause,
  });
}

function runExists(workflowId: string, cause: unknown): McpaError {
  return new McpaError('RUN_EXISTS', `a run with id "${workflowId}" exists already`, {
    hint: 'choose another --id, or set temporal.id_reuse_policy',
    cause,
  });
}

function mapOutcome(error: WorkflowFailedError, workflowId: string): McpaError {
  const cause = error.cause;
  const options = { cause };
  if (cause instanceof CancelledFailure) {
    return new McpaError('RUN_CANCELLED', `run ${workflowId} was cancelled`, options);
  }
  if (cause instanceof TerminatedFailure) {
    return new McpaError('RUN_CANCELLED', `run ${workflowId} was terminated: ${cause.message}`, options);
  }
  if (cause instanceof TimeoutFailure) {
    return new McpaError('RUN_TIMED_OUT', `run ${workflowId} timed out`, options);
  }
  return new McpaError('RUN_FAILED', rootMessage(cause ?? error), options);
}
