/** `950`, `12.3k`, `1.2M`: five characters at most, for tables. */
export function short(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 999_500) return `${trim(count / 1_000)}k`;
  if (count < 999_500_000) return `${trim(count / 1e6)}M`;
  return `${trim(count / 1e9)}G`;
}

function trim(value: number): string {
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

/** `12,345`, whatever the locale. */
export function exact(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Small sums keep digits that say something. */
export function dollars(cost: number): string {
  if (cost === 0) return '$0';
  if (cost < 0.01) return `$${cost.toFixed(4)}`;
  return cost < 1_000 ? `$${cost.toFixed(2)}` : `$${exact(Math.round(cost))}`;
}

const UNITS: Array<[letter: string, ms: number]> = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** `12s`, `5m`, `3h`, `2d`: the largest unit alone, for tables. */
export function age(ms: number): string {
  for (const [letter, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)}${letter}`;
  return '0s';
}

export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  if (count < 1_048_576) return `${(count / 1_024).toFixed(1)} KB`;
  return `${(count / 1_048_576).toFixed(1)} MB`;
}
