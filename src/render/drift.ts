/** A comparison of two periods, as it is shown. */
export type ShownDrift = {
  name: string;
  before: { n: number; value: number | null };
  recent: { n: number; value: number | null };
  distance: number | null;
  corrected: number | null;
  hasDrifted: boolean;
  why: string;
};

const side = ({ n, value }: ShownDrift["before"]): string =>
  value === null ? String(n) : `${(100 * value).toFixed(1)} % of ${n}`;
function result({ distance, corrected, hasDrifted }: ShownDrift): string {
  if (corrected === null) return "not measured";
  const far = distance === null ? "" : `distance ${distance.toFixed(3)}, `;
  return `${hasDrifted ? "DRIFT" : "no drift"}, ${far}p ${corrected < 0.001 ? "< 0.001" : corrected.toFixed(3)}`;
}

/** The comparisons as lines; p values are corrected for all of them. */
export const renderDrift = (checks: readonly ShownDrift[]): string =>
  checks
    .flatMap((check) => [
      `${check.name}: ${result(check)}`,
      `  before ${side(check.before)}, recent ${side(check.recent)}; ${check.why}`,
    ])
    .join("\n");
