import type { Command } from "commander";
import { isoTime } from "../../domain/time.ts";
import { type Io, layoutFor, print } from "../io.ts";
import { withCauseway } from "../with-causeway.ts";
import { collect } from "./analyze.ts";

export function defineIncidents(incidents: Command, io: Io): void {
  incidents
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option("--json", "print JSON")
    .action(({ data, json }: { data?: string[]; json?: boolean }) =>
      withCauseway(io, { data }, async (causeway, { color }) => {
        const { renderIncidents } = await import("../../render/incidents.ts");
        const listed = await causeway.listAllIncidents();
        const asJson = listed.map(({ id, title, alarmAtMs, system, notInvestigated = null }) => ({
          id,
          title,
          alarm_at: alarmAtMs === null ? null : isoTime(alarmAtMs),
          system,
          not_investigated: notInvestigated,
        }));
        print(io, json ? JSON.stringify(asJson, null, 2) : renderIncidents(listed, layoutFor(io, color)));
      }),
    );
}
