import type { Command } from "commander";
import { IncidentError } from "../../domain/errors.ts";
import { neutral } from "../../render/neutral.ts";
import { type Io, print } from "../io.ts";
import { whoami } from "../whoami.ts";
import { approvalLines } from "../approval-lines.ts";
import { withCauseway } from "../with-causeway.ts";

type Flags = { for?: string; alert?: string; by?: string; json?: boolean };

/** `causeway silence`: proposes to silence the alerts of an incident. The silence itself waits for approval. */
export function defineSilence(silence: Command, io: Io): void {
  silence
    .argument("<analysis-id>")
    .option("--for <time>", "how long, such as 30m or 4h: from 5m to 24h (default: 1h)")
    .option("--alert <name>", "only the alerts of this name")
    .option("--by <name>", "name of who asks for it (default: the current user)")
    .option("--json", "print JSON")
    .action((analysisId: string, { for: time, alert, by, json }: Flags) =>
      withCauseway(io, {}, async (causeway) => {
        const { action, alerts } = await causeway.proposeSilence({
          analysisId,
          alert,
          minutes: time === undefined ? undefined : minutesOf(time),
          by: { surface: "cli", id: whoami(), name: by ?? whoami() },
          signal: io.signal,
        });
        const { id, scriptSha256 } = action;
        if (json === true)
          return print(
            io,
            JSON.stringify({ action_id: id, alerts, script_sha256: scriptSha256, script: action.script }, null, 2),
          );
        print(
          io,
          [
            `Proposed: ${action.title} (${id}). Nothing is silenced before somebody approves it.`,
            "It silences these alerts and no others:",
            ...alerts.map((labels) => `  ${neutral(describe(labels), 400)}`),
            "",
            action.script,
            ...approvalLines(action),
          ].join("\n"),
        );
      }),
    );
}

const describe = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(" ");

function minutesOf(time: string): number {
  const [, number = "", unit = ""] = /^([0-9]{1,4})(m|h)$/.exec(time) ?? [];
  if (number !== "") return Number(number) * (unit === "h" ? 60 : 1);
  throw new IncidentError("BAD_INPUT", `--for ${time.slice(0, 40)} is not a time`, { hint: "For example: --for 30m." });
}
