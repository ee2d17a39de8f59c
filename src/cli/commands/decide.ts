import { type Command, Option } from "commander";
import type { Decided } from "../../app/decide.ts";
import { type Decision, REJECTION_REASONS, type RejectionReason } from "../../domain/action.ts";
import { isoTime } from "../../domain/time.ts";
import { minute } from "../../render/labels.ts";
import { askReason } from "../ask-reason.ts";
import { type Done, EXIT } from "../exit-codes.ts";
import { type Io, print, tell } from "../io.ts";
import { showExecution, stateTeller } from "./execute.ts";
import { whoami } from "../whoami.ts";
import { withCauseway } from "../with-causeway.ts";

type DecideFlags = { note?: string; by?: string; json?: boolean; sha256?: string; reason?: RejectionReason };

const asJson = ({ decision, action, outcome, scriptPath, exportNotes, missing, approvalEndsMs }: Decided): string =>
  JSON.stringify(
    {
      action_id: action.id,
      analysis_id: action.analysisId,
      decision: decision.decision,
      by: decision.by,
      at: isoTime(decision.atMs),
      note: decision.note,
      ...(decision.reason === undefined ? {} : { reason: decision.reason }),
      script_sha256: decision.scriptSha256,
      script_path: scriptPath,
      export_notes: exportNotes,
      missing_approvals: missing,
      ...(approvalEndsMs === null ? {} : { approval_expires_at: isoTime(approvalEndsMs) }),
      analysis_status: outcome.status,
    },
    null,
    2,
  );

/** `executes`: whether an executor is configured. */
function asText(decided: Decided, { executes }: { executes: boolean }): string {
  const { decision, action, outcome, scriptPath, exportNotes, missing, approvalEndsMs, execution } = decided;
  const until = approvalEndsMs === null ? "" : validity(decision.atMs, approvalEndsMs);
  if (missing > 0)
    return [
      `Approval of ${decision.by} recorded: ${action.title} (${action.id}).`,
      "The policy demands two different approvers. Another person must approve it before the first approval expires.",
      `Valid:    ${until}`,
    ].join("\n");
  const lines = [
    `${decision.decision === "approved" ? "Approved" : "Rejected"}: ${action.title} (${action.id}), by ${decision.by}.`,
  ];
  if (scriptPath !== null) {
    lines.push(
      ...exportNotes.map((note) => `Note:     ${note}.`),
      `Script:   ${scriptPath}`,
      `SHA-256:  ${decision.scriptSha256}`,
      `Valid:    ${until}`,
      ...(execution === undefined
        ? [
            ...(executes ? [`Nothing has run. Execute it:  causeway execute ${action.id}`] : []),
            `${executes ? "Or test it by hand:" : "Nothing has run. Test it:"}  bash ${scriptPath} --check`,
            `Then run it:  bash ${scriptPath} --apply${openSettings(action)}`,
          ]
        : [`Its execution has started:  causeway executions show ${action.id}`]),
    );
  }
  if (decision.decision === "rejected" && decision.reason === undefined)
    lines.push("Why? `--reason` (and `--note`) would have taught the memory.");
  if (outcome.status === "waiting_for_review") lines.push("Other actions of this analysis still need a decision.");
  return lines.join("\n");
}

/** "30 minutes, until 2026-12-01 03:30 UTC". */
const validity = (fromMs: number, untilMs: number): string =>
  `${Math.round((untilMs - fromMs) / 60_000)} minutes, until ${minute(untilMs)}`;

/** What the operator has to name: the cluster, and what nobody looked at when the script was planned. */
const openSettings = ({ script, preconditions }: Decided["action"]): string =>
  [
    ...(/^CONTEXT=''/m.test(script) ? [" --context NAME"] : []),
    ...(/^ {2}approver [A-Z]/m.test(script) ? [" --approver NAME"] : []),
    ...preconditions.flatMap(({ name, expected }) => (expected === null ? [` --expect ${name}=VALUE`] : [])),
  ].join("");

const define = (command: Command, { io, done }: { io: Io; done: Done }, decision: Decision["decision"]): Command =>
  command
    .argument("<action-id>")
    .option("--note <text>", "what to record with the decision")
    .option("--by <name>", "name of the decider (default: the current user)")
    .option("--json", "print JSON")
    .action((actionId: string, { note, by, json, sha256, reason }: DecideFlags) =>
      withCauseway(io, {}, async (causeway, config) => {
        const decided = await causeway.decide({
          actionId,
          decision,
          by: by ?? whoami(),
          note: note ?? null,
          reason: reason ?? (decision === "rejected" ? await askReason(io) : undefined),
          presentedSha256: sha256,
          approver: { surface: "cli", id: whoami(), name: by ?? whoami() },
          onState: stateTeller(io),
        });
        print(io, json === true ? asJson(decided) : asText(decided, { executes: config.execution.executor !== "off" }));
        if (decided.notExecuted !== undefined)
          tell(io, `Not executed: ${decided.notExecuted.message}. ${decided.notExecuted.hint}`);
        if (decided.execution === undefined) return;
        const ended = await decided.execution.ended;
        if (json !== true) await showExecution(causeway, ended, io, { json: false, withOutput: false });
        if (ended.state !== "succeeded") done(EXIT.failed);
      }),
    );

/** `approve`: approves an action of a waiting analysis, from any process. */
export const defineApprove = (approve: Command, io: Io, done: Done): void =>
  void define(approve, { io, done }, "approved").option(
    "--sha256 <hash>",
    "approve only if the script has this SHA-256",
  );

/** `reject`: rejects an action. */
export const defineReject = (reject: Command, io: Io, done: Done): void =>
  void define(reject, { io, done }, "rejected").addOption(
    new Option("--reason <reason>", "why; at a terminal, Causeway asks").choices(REJECTION_REASONS),
  );
