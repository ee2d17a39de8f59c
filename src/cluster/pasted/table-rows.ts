/** Rows of one table that are read: whatever they say, and those that do not look healthy beyond them. */
const MAX_ROWS = 50_000;
const MAX_SICK_ROWS = 50_000;

/** A row has at least two cells, and the first begins with what names and ages begin with. Others are remarks. */
const ROW = /^[A-Za-z0-9<].*?\S\s{2,}\S/;
/** Rows of pods and workloads that are complete (`2/2`), of what is bound or active, and of normal events. */
const HEALTHY =
  /\s(\d+)\/\1\s+(?:Running|Completed|\d+)\s|\sCompleted\s|\s(?:Bound|Active|Ready|Normal|ClusterIP|Opaque)\s/;

/**
 * The rows of a table, in their order. Of a table that is too long, the first ones, and further ones that do not look
 * healthy: they are what is looked for. `left`: the number of the others.
 */
export function keptRows(lines: readonly string[]): { rows: string[]; left: number } {
  const rows: string[] = [];
  let left = 0;
  for (const line of lines) {
    if (!ROW.test(line)) continue;
    if (rows.length < MAX_ROWS || (rows.length < MAX_ROWS + MAX_SICK_ROWS && !HEALTHY.test(line))) rows.push(line);
    else left += 1;
  }
  return { rows, left };
}
