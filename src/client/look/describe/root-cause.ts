import { rootFailure } from '../../history/payloads.js';

type Failure = Parameters<typeof rootFailure>[0];

/** Why a run or a call failed: the innermost message, and the nearest place in the user's code. */
export interface RootCause {
  message: string;
  type?: string;
  /** `file:line:column`; the innermost failure that names a place outside packages. */
  at?: string;
}

export function rootCause(failure: Failure): RootCause {
  const chain: NonNullable<Failure>[] = [];
  for (let current = failure; current; current = current.cause) chain.push(current);
  const { message, type } = rootFailure(failure);
  let at: string | undefined;
  for (const each of chain.reverse()) at ??= rootFailure({ ...each, cause: null }).at;
  return { message, ...(type && { type }), ...(at && { at }) };
}
