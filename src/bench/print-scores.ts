import { openRcaLines } from "./openrca-table.ts";
import { processLines } from "./process.ts";
import type { SuiteScores, Table } from "./score.ts";

const fixed = (value: number | null, digits = 3): string => (value === null ? "-" : value.toFixed(digits));

const FIGURES = [
  "AC@1",
  "AC@3",
  "AC@5",
  "Avg@5",
  "A@1",
  "A@3",
  "cause@1",
  "change@1",
  "coverage",
  "answered",
  "auroc",
  "brier",
  "ece",
] as const;

function rowsOf(table: Table): string[] {
  const rows = FIGURES.map((name) => {
    const figure = table[name];
    const interval = "low" in figure && figure.low !== null ? `[${fixed(figure.low)}, ${fixed(figure.high)}]` : "";
    return [name, fixed(figure.value), `n=${figure.n}`, interval];
  });
  rows.push([
    "onset s",
    `median ${fixed(table.onset.median, 1)}`,
    `n=${table.onset.n}`,
    `p90 ${fixed(table.onset.p90, 1)}`,
  ]);
  const width = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(width[column] ?? 0)).join("  ")}`.trimEnd());
}

/** The table, its splits, and the cases that were missed. */
export function printScores(scores: SuiteScores): string {
  const lines = [`all: ${scores.cases} cases`, ...rowsOf(scores.overall)];
  for (const [key, table] of Object.entries(scores.groups?.tables ?? {})) {
    lines.push(`${scores.groups?.by} = ${key}: ${table.cases} cases`, ...rowsOf(table));
  }
  lines.push(...processLines(scores.process), ...openRcaLines(scores.openRca));
  if (scores.withoutPrediction > 0)
    lines.push(`cases without a prediction (counted as wrong): ${scores.withoutPrediction}`);
  if (scores.faultFreeLeftOut > 0) {
    const { value, n, low, high } = scores.faultFree;
    lines.push(
      `fault-free cases (not in the table): ${n}; ` +
        `share with the verdict no_incident or recovered: ${fixed(value)} [${fixed(low)}, ${fixed(high)}]`,
    );
  }
  lines.push(`missed at rank 1: ${scores.missed.length}`);
  for (const { id, expected, rank, predicted, verdict } of scores.missed) {
    lines.push(
      `  ${id}  expected ${expected.join(" + ")} (${rank === null ? "not ranked" : `rank ${rank}`}), ` +
        `first was ${predicted ?? "-"}, ${verdict}`,
    );
  }
  return lines.join("\n");
}
