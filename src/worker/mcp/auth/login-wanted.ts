/** No token that the server takes, and none to be had without a person. */
export class LoginWanted extends Error {
  override readonly name = 'LoginWanted';
}

/** The authorization server gives no answer now: the token may be fine, and the next try may do. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
}

/** The error of ours under what the SDK made of it. */
export function authCause(error: unknown): LoginWanted | TokenUnavailable | undefined {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth++) {
    if (at instanceof LoginWanted || at instanceof TokenUnavailable) return at;
    at = at.cause;
  }
  return undefined;
}
