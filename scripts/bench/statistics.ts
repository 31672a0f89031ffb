/** Of at least one number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('no values');
  return (low + high) / 2;
}

/** Runs each of the works in turn, round after round, so that a drift of the machine meets all of them alike. */
export async function rounds<Name extends string>(
  count: number,
  works: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(works) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  // The first round warms the caches of the machine and is not counted.
  for (let round = 0; round <= count; round++)
    for (const name of names) {
      const value = await works[name]();
      if (round > 0) measured[name].push(value);
    }
  return Object.fromEntries(names.map((name) => [name, median(measured[name])])) as Record<Name, number>;
}
