import { predictCase } from "./predict/predict.ts";
import { createLog } from "../compose/log.ts";
import type { Config } from "../config.ts";
import { madeSystem, type Size } from "./made-system.ts";

/** `ms`: from telemetry in memory to the report. `rssMb`: peak memory of the process, including the telemetry. */
export type ScaleRow = Size & { ms: number; rssMb: number; first: string; culprit: string };

const FULL: Size = { services: 1_000, edges: 10_000, series: 20_000, spans: 1_000_000 };
const SHARES = [0.125, 0.25, 0.5, 1];

/** Analyses synthetic systems, the smallest first, so that the peak memory of each row is its own. */
export async function runScale(
  config: Pick<Config, "runbooks" | "model" | "nodeTimeoutMs">,
  seed: number,
  onRow: (row: ScaleRow) => void,
): Promise<void> {
  const shares = [SHARES[0] ?? 1, ...SHARES]; // the first run warms up the compiler, and is not shown
  for (const [run, share] of shares.entries()) {
    const size: Size = {
      services: FULL.services * share,
      edges: FULL.edges * share,
      series: FULL.series * share,
      spans: FULL.spans * share,
    };
    const {
      incidents,
      culprits: [culprit = ""],
    } = madeSystem(size, seed);
    const { hypotheses, ms } = await predictCase(incidents, "made", config, createLog({ logLevel: "silent" }));
    if (run > 0)
      onRow({
        ...size,
        ms,
        rssMb: Math.round(process.resourceUsage().maxRSS / 1024),
        first: hypotheses[0]?.entity ?? "none",
        culprit,
      });
  }
}

export const SCALE_HEAD = "services   edges   series      spans       ms  ms/1,000 spans  peak MB  first suspect";

export const printScaleRow = ({ services, edges, series, spans, ms, rssMb, first, culprit }: ScaleRow): string =>
  [
    String(services).padStart(8),
    String(edges).padStart(7),
    String(series).padStart(8),
    String(spans).padStart(10),
    ms.toFixed(0).padStart(8),
    ((ms * 1000) / spans).toFixed(2).padStart(15),
    String(rssMb).padStart(8),
    `  ${first}${first === culprit ? "" : ` (true cause: ${culprit})`}`,
  ].join(" ");
