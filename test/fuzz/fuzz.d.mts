export interface FuzzResult {
  /** How often each outcome came. */
  outcomes: Record<string, number>;
  failures: Array<{ number: number; seed: number; error: unknown }>;
  slowestMs: number;
}
export function fuzz(
  name: string,
  options: { cases: number; seed: number; only?: number },
): Promise<FuzzResult>;
