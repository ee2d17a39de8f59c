import type { Command } from "commander";
import type { SendResult } from "../../app/notices/notices.ts";
import type { NotifyConfig } from "../../config.ts";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";
import type { ReportNotice } from "../../domain/notice.ts";
import { type Io, print, tell } from "../io.ts";
import { withCauseway } from "../with-causeway.ts";
import { collect } from "./analyze.ts";

type Flags = {
  to?: string[];
  ticket?: string;
  pullRequest?: boolean;
  again?: boolean;
  dryRun?: boolean;
  failed?: boolean;
  retry?: string[];
};

/** `causeway send`: posts the conclusion of a report to chats, webhooks and tickets, once to each. */
export function defineSend(send: Command, io: Io): void {
  send
    .argument("[analysis-id]")
    .option(
      "--to <name>",
      "a place of `notify` in config.yaml, or pagerduty, incidentio, jira, github; repeatable",
      collect,
    )
    .option("--ticket <key>", "the incident or issue to write to; default: the one that the incident's alerts name")
    .option("--pull-request", "propose the runbook to GitHub as a pull request, not as an issue")
    .option("--again", "send it even if it was sent before")
    .option("--dry-run", "print what would be sent, as JSON, and send nothing")
    .option("--failed", "list what was given up")
    .option("--retry <id>", "send a message of that list; repeatable", collect)
    .action((analysisId: string | undefined, flags: Flags) =>
      withCauseway(io, {}, async (causeway, config) => {
        const { messageOf } = await import("../../render/chat/message-of.ts");
        if (flags.failed === true) return listFailed(io, await causeway.notices.failed());
        if (flags.retry !== undefined)
          return sendEach(
            io,
            flags.retry.map((id) => ({ name: id, send: () => causeway.notices.retry(id, messageOf, io.signal) })),
          );
        if (analysisId === undefined)
          throw new IncidentError("BAD_INPUT", "no analysis is named", {
            hint: "causeway list shows the analyses. --failed lists messages that were not sent.",
          });
        const places = placesOf(config.notify, flags);
        if (flags.dryRun === true) {
          const { report, status, actions } = await causeway.getAnalysis(analysisId);
          if (report === null) throw noReport(analysisId);
          const review = { decisions: actions.flatMap(({ decision }) => decision ?? []), nowMs: io.now() };
          const shown = places.map(({ name, kind }) => {
            const content = messageOf(kind, report, { status, review });
            return { to: name, kind, payload: content.to === "address" ? content.payload : content.message };
          });
          return print(io, JSON.stringify(shown, null, 2));
        }
        const { ticket = null, pullRequest = false, again = false } = flags;
        if ((await causeway.getAnalysis(analysisId)).report === null) throw noReport(analysisId);
        await sendEach(
          io,
          places.map(({ name }) => ({
            name,
            send: () =>
              causeway.notices.send(
                { analysisId, place: name, ticket, pullRequest, again, signal: io.signal },
                messageOf,
              ),
          })),
        );
      }),
    );
}

const noReport = (analysisId: string): IncidentError =>
  new IncidentError("NOT_FOUND", `analysis ${analysisId.slice(0, 80)} has no report yet`, {
    hint: "Wait until it is done, then send it.",
  });

/** @throws {IncidentError} with the code of the first failure, once each was tried */
async function sendEach(io: Io, all: readonly { name: string; send: () => Promise<SendResult> }[]): Promise<void> {
  const failures: ErrorCode[] = [];
  for (const { name, send } of all) {
    try {
      const result = await send();
      const failure = result.outcome?.failure ?? null;
      if (failure !== null) throw failure;
      tell(io, sentence(result));
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      failures.push(error.code);
      tell(io, `Not sent to ${name}: ${error.message}. ${error.hint}`);
    }
  }
  if (failures[0] !== undefined)
    throw new IncidentError(failures[0], `${failures.length} of ${all.length} messages were not sent`, {
      hint: "The same command sends them again; what was sent is not sent twice.",
    });
}

function sentence({ notice, outcome, sentBefore }: SendResult): string {
  const link = outcome?.end.link ?? notice.link;
  const where = link === null ? "" : `: ${link}`;
  if (sentBefore)
    return `Already sent to ${notice.place} at ${new Date(notice.changedAtMs).toISOString()}${where}. --again sends it again.`;
  if (outcome?.wasThere === true) return `Already sent to ${notice.place}${where}. --again sends it again.`;
  return `Sent to ${notice.place}${where === "" ? "." : where}`;
}

function listFailed(io: Io, all: readonly ReportNotice[]): void {
  if (all.length === 0) return tell(io, "Every message was sent.");
  for (const { id, analysisId, place, attempts, changedAtMs, why } of all)
    print(
      io,
      `${id}  ${analysisId} to ${place}, ${attempts} ${attempts === 1 ? "try" : "tries"}, ${new Date(changedAtMs).toISOString()}: ${why ?? ""}`,
    );
  tell(io, "causeway send --retry <id> sends one again.");
}

function placesOf(all: readonly NotifyConfig[], { to: names = [], ticket, pullRequest }: Flags): NotifyConfig[] {
  const known = all.map(({ name }) => name).join(", ");
  const hint = known === "" ? "Set `notify` in config.yaml (docs/notifications.md)." : `There are ${known}.`;
  if (names.length === 0)
    throw new IncidentError("BAD_INPUT", "nobody is named to send to", { hint: `Give --to. ${hint}` });
  const places = [...new Set(names)].map((wanted) => {
    const place = all.find(({ name }) => name === wanted);
    if (place === undefined)
      throw new IncidentError("NOT_FOUND", `notify has no entry ${wanted.slice(0, 80)}`, { hint });
    return place;
  });
  if (
    ticket !== undefined &&
    (places.length > 1 || !["pagerduty", "incidentio", "jira"].includes(places[0]?.kind ?? ""))
  )
    throw new IncidentError("BAD_INPUT", "--ticket is for one place of tickets", {
      hint: "Send to one place of PagerDuty, incident.io or Jira at a time.",
    });
  if (pullRequest === true && places.some(({ kind }) => kind !== "github"))
    throw new IncidentError("BAD_INPUT", "--pull-request is for GitHub only", {
      hint: "Name a place of GitHub in --to.",
    });
  return places;
}
