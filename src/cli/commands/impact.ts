import type { Command } from "commander";
import { type Io, layoutFor, print } from "../io.ts";
import { withCauseway } from "../with-causeway.ts";
import { collect } from "./analyze.ts";

type Flags = { change?: string; json?: boolean; data?: string[] };

export function defineImpact(impact: Command, io: Io): void {
  impact
    .argument("<incident-id>")
    .option("--change <id>", "this change only; default: all of the incident")
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option("--json", "print JSON")
    .action((incidentId: string, { change, json, data }: Flags) =>
      withCauseway(io, { data }, async (causeway, config) => {
        const { renderChangeImpact } = await import("../../render/change-impact.ts");
        const listing = await causeway.changeImpacts(incidentId, { change, signal: io.signal });
        print(
          io,
          json === true ? JSON.stringify(listing, null, 2) : renderChangeImpact(listing, layoutFor(io, config.color)),
        );
      }),
    );
}
