/** Share of a minute's allowance that may be used at once: providers count shorter spans than a minute, too. */
const BURST = 1 / 20;

/** An allowance per minute that refills evenly; what was taken in excess has to refill first. */
export class Bucket {
  private level: number;

  private constructor(
    private readonly capacity: number,
    private readonly perMs: number,
    private at: number,
  ) {
    this.level = capacity;
  }

  /** Never more than `perMinute` in any minute, the burst included. */
  static ofRequests(perMinute: number, now: number): Bucket {
    const burst = Math.max(1, Math.ceil(perMinute * BURST));
    return new Bucket(burst, (perMinute - burst + 1) / 60_000, now);
  }

  /** A request may be as large as a quarter of the allowance without waiting for more than what is missing. */
  static ofTokens(perMinute: number, now: number): Bucket {
    return new Bucket(perMinute / 4, perMinute / 60_000, now);
  }

  /** Milliseconds until so much may be taken; a request larger than the bucket goes when it is full. */
  msUntil(amount: number, now: number): number {
    this.refill(now);
    const missing = Math.min(amount, this.capacity) - this.level;
    return missing <= 1e-9 ? 0 : Math.ceil(missing / this.perMs);
  }

  /** Below zero where a call used more than was known before. */
  take(amount: number, now: number): void {
    this.refill(now);
    this.level = Math.min(this.capacity, this.level - amount);
  }

  private refill(now: number): void {
    this.level = Math.min(this.capacity, this.level + (now - this.at) * this.perMs);
    this.at = now;
  }
}
