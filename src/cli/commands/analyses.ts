import type { Command } from "commander";
import { isoTime } from "../../domain/time.ts";
import { type Io, layoutFor, print } from "../io.ts";
import { wholeNumber } from "../whole-number.ts";
import { withCauseway } from "../with-causeway.ts";

const DEFAULT_LIMIT = 20;

export function defineAnalyses(analyses: Command, io: Io): void {
  analyses
    .argument("[incident-id]", "list the analyses of this incident only")
    .option("--limit <n>", "how many analyses to list", wholeNumber(1, 10_000), DEFAULT_LIMIT)
    .option("--json", "print JSON")
    .action((incidentId: string | undefined, { limit, json }: { limit: number; json?: boolean }) =>
      withCauseway(io, {}, async (causeway, { color }) => {
        const { renderAnalyses } = await import("../../render/analyses.ts");
        const found = await causeway.listAnalyses({ incidentId, limit });
        const conclusions = await causeway.conclusionsOf(found.map(({ id }) => id));
        const interrupted = await causeway.interrupted(found);
        const listed = found.map(({ requestedAtMs, startedAtMs, ...analysis }) => ({
          ...analysis,
          startedAtMs: startedAtMs ?? requestedAtMs,
          conclusion: conclusions.get(analysis.id) ?? null,
          isInterrupted: interrupted.has(analysis.id),
        }));
        const asJson = listed.map(({ id, incidentId: of, status, startedAtMs, conclusion, isInterrupted }) => ({
          analysis_id: id,
          incident_id: of,
          status,
          ...(isInterrupted ? { interrupted: true } : {}),
          started_at: isoTime(startedAtMs),
          verdict: conclusion?.verdict ?? null,
          entity: conclusion?.entity ?? null,
          category: conclusion?.cause ?? null,
        }));
        print(io, json ? JSON.stringify(asJson, null, 2) : renderAnalyses(listed, layoutFor(io, color)));
      }),
    );
}
