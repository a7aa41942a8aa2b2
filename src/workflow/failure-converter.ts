import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures as payloads, so that the codec encrypts them. Temporal loads it by this name. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
