/**
 * Tokens of request and answer together, by `provider:name`. Only what the providers' own documents state may stand
 * here: of other models the provider's refusal tells.
 */
const MILLION = 1_000_000;
/** platform.claude.com/docs: models, read in November 2026. */
const BUILT_IN: Record<string, number> = {
  'anthropic:claude-fable-5-1': MILLION,
  'anthropic:claude-opus-5-5': MILLION,
  'anthropic:claude-opus-5': MILLION,
  'anthropic:claude-sonnet-5-5': MILLION,
  'anthropic:claude-sonnet-5': MILLION,
  'anthropic:claude-haiku-5-5': MILLION,
  'anthropic:claude-haiku-4-5': 200_000,
};

/** What an answer may take (anthropic-request.ts), where the request doesn't say. */
const ANSWER = 32_000;

/** The most tokens that a request of this model may have; undefined where nobody knows. */
export function requestLimit(spec: string, maxTokens = ANSWER): number | undefined {
  const window = BUILT_IN[spec] ?? BUILT_IN[spec.replace(/-20\d{6}$/, '')];
  return window === undefined ? undefined : window - maxTokens;
}
