/** A pattern can't go on; `reason` says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  constructor(
    /** `answer_invalid`: a model's answers didn't fit, three times. `all_failed`: no branch has a result. */
    readonly reason: 'answer_invalid' | 'all_failed',
    message: string,
  ) {
    super(message);
  }
}
