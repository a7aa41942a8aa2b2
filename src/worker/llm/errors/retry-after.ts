/** What asks for more is asked again once an hour: a clock that is wrong must not put a call off for days. */
const LONGEST_MS = 3_600_000;

/** What the provider asks us to wait, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function retryAfterMs(headers: Headers | undefined, now = Date.now()): number | undefined {
  const asked = askedMs(headers, now);
  return asked === undefined ? undefined : Math.min(asked, LONGEST_MS);
}

function askedMs(headers: Headers | undefined, now: number): number | undefined {
  const exact = headers?.get('retry-after-ms')?.trim();
  if (exact && Number(exact) >= 0) return Math.ceil(Number(exact));
  const header = headers?.get('retry-after')?.trim();
  if (!header) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
