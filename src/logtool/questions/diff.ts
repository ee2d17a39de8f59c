import { logChiSquaredTail } from "../../stats/chi-squared.ts";
import { g2OfCounts } from "../../stats/g2.ts";
import type { MinedLog } from "./log-index.ts";
import type { LogSeverity } from "../../logs/lines/severity.ts";

const MAX_LOG_P = Math.log(0.01);

/** A template whose share of the lines differs between two logs beyond chance. */
export type TemplateDifference = {
  kind: "new" | "vanished" | "more" | "less";
  template: string;
  severity: LogSeverity;
  before: number;
  after: number;
  g2: number;
  reference: string;
};

/**
 * Compares the sources of one index: those numbered below `firstAfter` with the others. All are mined together, so that
 * a template means the same in both.
 *
 * @returns strongest first.
 */
export function diffSources(log: MinedLog, firstAfter: number): TemplateDifference[] {
  const before = log.templates.map(() => 0);
  const after = log.templates.map(() => 0);
  for (const [row, template] of log.rows.template.entries()) {
    const counts = (log.rows.source[row] as number) < firstAfter ? before : after;
    counts[template] = (counts[template] as number) + 1;
  }
  const n0 = before.reduce((sum, k) => sum + k, 0);
  const n1 = after.reduce((sum, k) => sum + k, 0);
  if (n0 === 0 || n1 === 0) return [];
  const tests = log.templates.length;
  return log.templates
    .flatMap(({ text, severity, reference }, i): TemplateDifference[] => {
      const k0 = before[i] as number;
      const k1 = after[i] as number;
      const g2 = g2OfCounts(k0, n0, k1, n1);
      if (k0 + k1 === 0 || logChiSquaredTail(g2, 1) > MAX_LOG_P - Math.log(tests)) return [];
      const kind = k0 === 0 ? "new" : k1 === 0 ? "vanished" : k1 / n1 > k0 / n0 ? "more" : "less";
      return [{ kind, template: text, severity, before: k0, after: k1, g2: Math.round(g2 * 10) / 10, reference }];
    })
    .sort((a, b) => b.g2 - a.g2 || (a.template < b.template ? -1 : 1));
}
