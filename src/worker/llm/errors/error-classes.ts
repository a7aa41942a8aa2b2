/** Who has to do something before the call can succeed. */
export type Actor = 'nobody' | 'operator' | 'developer';

/** What mcpa does about a class of errors of model calls; docs/errors.md shows this table, a test compares. */
export interface ErrorClass {
  /** What the provider, or the way to it, did. */
  what: string;
  /** Tried again by the engine: after `Retry-After`, else 1 s that doubles up to 60 s, as long as the policy allows. */
  retryable: boolean;
  /** The run's gate closes with this reason, and the same call is made again once a person resumes the run. */
  gate?: 'auth' | 'quota';
  actor: Actor;
  todo: string;
}

/** Every class; there is no other place that decides about retries of model calls: the SDKs' own are off. */
export const ERROR_CLASSES = {
  transport: {
    what: 'no connection, a broken one, or an answer that is cut or no JSON',
    retryable: true,
    actor: 'nobody',
    todo: 'the network, or `base_url`, when it lasts',
  },
  timeout: {
    what: 'no answer in time: 408, 504, or nothing came for ten minutes',
    retryable: true,
    actor: 'nobody',
    todo: '`temporal.timeout_seconds`, when answers take that long',
  },
  rate_limit: {
    what: '429',
    retryable: true,
    actor: 'nobody',
    todo: '`requests_per_minute` and `tokens_per_minute` of the provider, when it happens often',
  },
  overloaded: { what: '529, 503', retryable: true, actor: 'nobody', todo: 'wait' },
  server: { what: '500, 409 and other 5xx', retryable: true, actor: 'nobody', todo: 'wait' },
  auth: {
    what: '401, 403, or no key at all',
    retryable: false,
    gate: 'auth',
    actor: 'operator',
    todo: 'a valid key, restart the worker, `mcpa resume ID`',
  },
  quota: {
    what: '402, 429 `insufficient_quota`, credit or spend limit used up',
    retryable: false,
    gate: 'quota',
    actor: 'operator',
    todo: 'add credit, `mcpa resume ID`',
  },
  bad_request: {
    what: 'other 4xx: an unknown model, a schema that the provider does not take',
    retryable: false,
    actor: 'developer',
    todo: "the provider's words are in the message",
  },
  context_too_long: {
    what: 'the conversation is longer than the model takes, also after it was compacted and sent once more',
    retryable: false,
    actor: 'developer',
    todo: '[context.md](context.md)',
  },
  content_refused: {
    what: 'the provider refuses the content',
    retryable: false,
    actor: 'developer',
    todo: 'another prompt, or another model',
  },
  script: {
    what: 'the scripted model has no answer',
    retryable: false,
    actor: 'developer',
    todo: '[scripted-model.md](scripted-model.md)',
  },
} as const satisfies Record<string, ErrorClass>;

export type ModelErrorClass = keyof typeof ERROR_CLASSES;

export const MODEL_ERROR_CLASSES = Object.keys(ERROR_CLASSES) as [ModelErrorClass, ...ModelErrorClass[]];

/** The row of a class, with its optional parts. */
export function errorClass(name: ModelErrorClass): ErrorClass {
  return ERROR_CLASSES[name];
}
