/** `Array.prototype.findLastIndex`, which the sandbox's ES2022 lacks; looks before `end` only. */
export function lastIndex<T>(list: readonly T[], fits: (entry: T) => boolean, end = list.length): number {
  for (let at = end - 1; at >= 0; at--) if (fits(list[at] as T)) return at;
  return -1;
}
