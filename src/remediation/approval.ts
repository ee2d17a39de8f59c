import type { Action, OpenAction } from "../domain/action.ts";
import type { Report } from "../domain/report.ts";
import { isoTime } from "../domain/time.ts";
import { oneLine } from "./one-line.ts";
import { sha256Of } from "./script.ts";

export type ApprovalInput = {
  /** As the store holds it now. */
  action: Action;
  /** What the person read. */
  report: Pick<Report, "analysis_id" | "incident_id" | "actions">;
  /** As the waiting analysis remembers it, apart from the store. */
  asked: OpenAction;
  nowMs: number;
  /** The hash that the person names, where the surface lets them. */
  presentedSha256?: string | undefined;
};
export type ApprovalRefusal =
  | "not_reported"
  | "script_changed"
  | "report_differs"
  | "asked_differs"
  | "presented_differs"
  | "target_changed"
  | "expired";
export type ApprovalCheck = { ok: true } | { ok: false; reason: ApprovalRefusal; why: string };

/**
 * Whether an approval still means what the person read: the same bytes, the same target, in time. The script is hashed again here,
 * because a stored hash proves nothing about stored bytes. The report's own copies and what the waiting analysis remembers are held
 * against it too, expiry included. Changes are named before expiry: they matter more.
 */
export function checkApproval({ action, report, asked, nowMs, presentedSha256 }: ApprovalInput): ApprovalCheck {
  const reported = report.actions.find(({ id }) => id === action.id);
  if (reported === undefined || action.analysisId !== report.analysis_id || action.incidentId !== report.incident_id)
    return refuse("not_reported", "the report of its analysis does not hold this action");
  const actual = sha256Of(action.script);
  if (actual !== action.scriptSha256)
    return refuse(
      "script_changed",
      `the stored script is not the one that was planned: its sha256 is ${actual}, planned was ${action.scriptSha256}`,
    );
  if (actual !== reported.script_sha256 || action.script !== reported.script)
    return refuse(
      "report_differs",
      `the stored script is not the reported one: its sha256 is ${actual}, reported was ${reported.script_sha256}`,
    );
  if (actual !== asked.scriptSha256)
    return refuse(
      "asked_differs",
      `script and report were changed after the question was put: the script's sha256 is ${actual}, asked about was ${asked.scriptSha256}`,
    );
  if (presentedSha256 !== undefined && presentedSha256.toLowerCase() !== actual)
    return refuse(
      "presented_differs",
      `the hash given is ${oneLine(presentedSha256, 80)}, but the script's sha256 is ${actual}`,
    );
  if (action.target.id !== reported.target || action.target.kind !== reported.target_kind)
    return refuse(
      "target_changed",
      `the action now targets ${named(action.target.kind, action.target.id)}; the report said ${named(reported.target_kind, reported.target)}`,
    );
  if (action.target.id !== asked.target.id || action.target.kind !== asked.target.kind)
    return refuse(
      "target_changed",
      `the action now targets ${named(action.target.kind, action.target.id)}; asked about was ${named(asked.target.kind, asked.target.id)}`,
    );
  // The earliest: one that was moved forward in the store gains nothing.
  const expiresAtMs = Math.min(action.expiresAtMs, Date.parse(reported.expires_at), asked.expiresAtMs);
  if (!(nowMs < expiresAtMs)) {
    const when = Number.isFinite(expiresAtMs) ? ` at ${isoTime(expiresAtMs)}` : "";
    return refuse("expired", `the proposal expired${when}`);
  }
  return { ok: true };
}

const refuse = (reason: ApprovalRefusal, why: string): ApprovalCheck => ({ ok: false, reason, why });
const named = (kind: string, id: string): string => `${oneLine(kind, 40)} "${oneLine(id, 120)}"`;
