import type { Command } from "commander";
import { type Io, layoutFor, print } from "../io.ts";
import { withCauseway } from "../with-causeway.ts";
import { collect } from "./analyze.ts";

type Flags = { rerun?: boolean; json?: boolean; data?: string[] };

export function defineEvidence(evidence: Command, io: Io): void {
  evidence
    .argument("<analysis-id>")
    .argument("[evidence-ids...]", "evidence ids, such as E7; default: all of the report")
    .option("--rerun", "run the queries again, and compare the results")
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option("--json", "print JSON")
    .action((analysisId: string, ids: string[], { rerun, json, data }: Flags) =>
      withCauseway(io, { data }, async (causeway, config) => {
        const { renderEvidence } = await import("../../render/evidence.ts");
        const listing = await causeway.evidence(analysisId, { ids, rerun: rerun === true });
        print(
          io,
          json === true ? JSON.stringify(listing, null, 2) : renderEvidence(listing, layoutFor(io, config.color)),
        );
      }),
    );
}
