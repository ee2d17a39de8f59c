/** @param share in [0, 1]. */
export function quantileOf(values: readonly number[], share: number): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? Number.NaN;
}

/** Prints `name  value` lines, and whether what must hold does. */
export function printFigures(
  title: string,
  figures: Readonly<Record<string, string | number>>,
  gates: readonly (readonly [string, boolean])[],
): boolean {
  const lines = Object.entries(figures).map(([name, value]) => `  ${name.padEnd(34)} ${value}`);
  const judged = gates.map(([name, holds]) => `  ${holds ? "holds " : "MISSED"} ${name}`);
  process.stdout.write(`\n${[title, ...lines, ...judged].join("\n")}\n`);
  return gates.every(([, holds]) => holds);
}
