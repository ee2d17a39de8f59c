/** One row of a `kubectl get` table, by column heading. An empty cell is "". */
export type TableRow = Readonly<Record<string, string>>;

/**
 * Parses a table as `kubectl get` prints it: headings in capitals, cells that start below their heading. Columns are
 * cut by position, because cells may hold spaces ("2 (4m ago)"). Lines that fit no column layout are skipped. Text
 * without a heading row gives no rows.
 */
export function parseTable(text: string): TableRow[] {
  const [head, ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  if (!head || !/^(NAME(SPACE)?|LAST SEEN)\s{2,}/.test(head)) return [];
  const columns = [...head.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], start: match.index }));
  return lines.flatMap((line): TableRow[] => {
    // a line off the columns has no empty cells, so its cells can be counted
    const aligned = columns.every(({ start }) => start === 0 || start > line.length || line[start - 1] === " ");
    const cells = aligned
      ? columns.map(({ start }, at) => line.slice(start, columns[at + 1]?.start).trim())
      : line.trim().split(/\s{2,}/);
    return cells.length === columns.length
      ? [Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? ""]))]
      : [];
  });
}

/** Parses `a=1,b=2`, as printed in LABELS and SELECTOR columns and in descriptions; `<none>` is empty. */
export function parseLabels(text: string): Record<string, string> {
  const pairs = text
    .split(/[,\n]/)
    .flatMap((part) => (/^\s*([^\s=]+)=(\S*)\s*$/.exec(part)?.slice(1, 3) as [string, string] | undefined) ?? []);
  const labels: Record<string, string> = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) labels[pairs[at] ?? ""] = pairs[at + 1] ?? "";
  return labels;
}

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 };

/** Parses an age such as `4m39s` or `3d22h` to seconds; null if the text is no age. */
export function parseAge(text: string): number | null {
  const parts = [...text.trim().matchAll(/(\d+)([smhdy])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.trim()) return null;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_S[unit ?? ""] ?? 0), 0);
}

/** Reads `1/2`; nulls if the text has another form. */
export const fraction = (text: string | undefined): [number | null, number | null] => {
  const [, part, whole] = /^(\d+)\/(\d+)$/.exec(text ?? "") ?? [];
  return part === undefined || whole === undefined ? [null, null] : [Number(part), Number(whole)];
};

export const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
