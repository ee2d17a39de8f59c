import type { Command } from "commander";
import { createHash } from "node:crypto";
import { IncidentError } from "../../domain/errors.ts";
import type { NotifyConfig } from "../../config.ts";
import type { Report } from "../../domain/report.ts";
import type { WorkStatus } from "../../domain/service.ts";
import { type Io, print, tell } from "../io.ts";
import { withCauseway } from "../with-causeway.ts";
import { collect } from "./analyze.ts";

type Flags = { to?: string[]; dryRun?: boolean };

/** `causeway send`: posts the conclusion of a report to chats and webhooks. Nothing is sent without a name. */
export function defineSend(send: Command, io: Io): void {
  send
    .argument("<analysis-id>")
    .option("--to <name>", "a place of `notify` in config.yaml; repeatable", collect)
    .option("--dry-run", "print what would be sent, as JSON, and send nothing")
    .action((analysisId: string, { to = [], dryRun }: Flags) =>
      withCauseway(io, {}, async (causeway, config) => {
        const targets = targetsOf(config.notify, to);
        const { report, status, actions } = await causeway.getAnalysis(analysisId);
        if (report === null)
          throw new IncidentError("NOT_FOUND", `analysis ${analysisId.slice(0, 80)} has no report yet`, {
            hint: "Wait until it is done, then send it.",
          });
        const decisions = actions.flatMap(({ decision }) => decision ?? []);
        const payload = await payloads(report, { status, review: { decisions, nowMs: io.now() } });
        if (dryRun === true) {
          const shown = targets.map((target) => ({
            to: target.name,
            kind: target.kind,
            payload: payload(target.kind),
          }));
          return print(io, JSON.stringify(shown, null, 2));
        }
        const { sendNotification } = await import("../../compose/notify.ts");
        const failures: IncidentError[] = [];
        for (const target of targets) {
          const id = createHash("sha256").update(`${target.name}:${report.bundle_sha256}:${analysisId}`).digest("hex");
          try {
            const message = { id, payload: payload(target.kind), nowMs: io.now() };
            await sendNotification(config, target, message, io.signal);
            tell(io, `Sent to ${target.name}.`);
          } catch (error) {
            if (!(error instanceof IncidentError)) throw error;
            failures.push(error);
            tell(io, `Not sent to ${target.name}: ${error.message}. ${error.hint}`);
          }
        }
        if (failures[0] !== undefined)
          throw new IncidentError(failures[0].code, `${failures.length} of ${targets.length} messages were not sent`, {
            hint: "The same command sends them again; receivers know a repeat by its Idempotency-Key.",
          });
      }),
    );
}

function targetsOf(all: readonly NotifyConfig[], names: readonly string[]): NotifyConfig[] {
  const known = all.map(({ name }) => name).join(", ");
  const hint = known === "" ? "Set `notify` in config.yaml (docs/notifications.md)." : `There are ${known}.`;
  if (names.length === 0)
    throw new IncidentError("BAD_INPUT", "nobody is named to send to", { hint: `Give --to. ${hint}` });
  return [...new Set(names)].map((wanted) => {
    const target = all.find(({ name }) => name === wanted);
    if (target === undefined)
      throw new IncidentError("NOT_FOUND", `notify has no entry ${wanted.slice(0, 80)}`, { hint });
    return target;
  });
}

type State = { status: WorkStatus; review: Parameters<typeof import("../../render/chat/card-model.ts").cardModel>[1] };

/** The message for each kind of place. Whatever was masked in the report stays masked; this masks what was not. */
async function payloads(report: Report, { status, review }: State): Promise<(kind: NotifyConfig["kind"]) => unknown> {
  const [{ cardModel }, { teamsMessage }, { mattermostMessage }, { discordMessage }, { notification }, { maskerOf }] =
    await Promise.all([
      import("../../render/chat/card-model.ts"),
      import("../../render/chat/teams.ts"),
      import("../../render/chat/mattermost.ts"),
      import("../../render/chat/discord.ts"),
      import("../../render/chat/notification.ts"),
      import("../../domain/redact-values.ts"),
    ]);
  const masked = maskerOf().values(report);
  const card = cardModel(masked, review);
  return (kind) => {
    switch (kind) {
      case "webhook":
        return notification({ status }, masked);
      case "teams":
        return teamsMessage(card);
      case "mattermost":
        return mattermostMessage(card);
      case "discord":
        return discordMessage(card);
    }
  };
}
