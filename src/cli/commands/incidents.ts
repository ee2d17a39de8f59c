import type { Command } from "commander";
import { isoTime } from "../../domain/time.ts";
import { renderIncidents } from "../../render/incidents.ts";
import { type Io, layoutFor, print } from "../io.ts";
import { withVerbs } from "../with-verbs.ts";
import { collect } from "./analyze.ts";

export function addIncidentsCommand(program: Command, io: Io): void {
  program
    .command("incidents")
    .description("list the incidents that can be analysed")
    .option("--data <dir>", "a folder of recorded incidents; may be given more than once", collect)
    .option("--json", "as JSON")
    .action(({ data, json }: { data?: string[]; json?: boolean }) =>
      withVerbs(io, { data }, async (verbs, { color }) => {
        const listed = await verbs.incidents();
        const asJson = listed.map(({ id, title, alarmAtMs, system }) => ({
          id,
          title,
          alarm_at: alarmAtMs === null ? null : isoTime(alarmAtMs),
          system,
        }));
        print(io, json ? JSON.stringify(asJson, null, 2) : renderIncidents(listed, layoutFor(io, color)));
      }),
    );
}
