import type { Action, OpenAction } from "../domain/action.ts";
import { bindingOf, bindingSha256 } from "../domain/approval.ts";
import type { Report } from "../domain/report.ts";
import { isoTime } from "../domain/time.ts";
import { oneLine } from "./one-line.ts";
import { sha256Of } from "./script.ts";

export type ApprovalInput = {
  /** The action as stored now. */
  action: Action;
  /** The report that the person read. */
  report: Pick<Report, "analysis_id" | "incident_id" | "actions">;
  /** The action as the waiting analysis proposed it, kept apart from the store. */
  proposed: OpenAction;
  nowMs: number;
  /** The hash that the person presents, if the surface offers it. */
  presentedSha256?: string | undefined;
};
export type ApprovalRefusal =
  | "not_reported"
  | "script_changed"
  | "report_differs"
  | "proposal_differs"
  | "presented_differs"
  | "target_changed"
  | "conditions_changed"
  | "expired";
export type ApprovalCheck = { ok: true } | { ok: false; reason: ApprovalRefusal; why: string };

/**
 * Checks that an approval still covers what the person read: the same bytes, the same target, not expired. The script
 * is
 * hashed again, because a stored hash proves nothing about stored bytes. It is also compared with the report's copies
 * and
 * with the proposal of the waiting analysis, expiry included. A change is reported before an expiry: it matters more.
 */
export function checkApproval({ action, report, proposed, nowMs, presentedSha256 }: ApprovalInput): ApprovalCheck {
  const reported = report.actions.find(({ id }) => id === action.id);
  if (reported === undefined || action.analysisId !== report.analysis_id || action.incidentId !== report.incident_id)
    return refuse("not_reported", "the report of its analysis does not contain this action");
  const actual = sha256Of(action.script);
  if (actual !== action.scriptSha256)
    return refuse(
      "script_changed",
      `the stored script changed after planning: its sha256 is ${actual}, planned was ${action.scriptSha256}`,
    );
  if (actual !== reported.script_sha256 || action.script !== reported.script)
    return refuse(
      "report_differs",
      `the stored script differs from the report: its sha256 is ${actual}, reported was ${reported.script_sha256}`,
    );
  if (actual !== proposed.scriptSha256)
    return refuse(
      "proposal_differs",
      "script and report changed after the proposal: " +
        `the script's sha256 is ${actual}, proposed was ${proposed.scriptSha256}`,
    );
  if (presentedSha256 !== undefined && presentedSha256.toLowerCase() !== actual)
    return refuse(
      "presented_differs",
      `the presented hash is ${oneLine(presentedSha256, 80)}, but the script's sha256 is ${actual}`,
    );
  const now = named(action.target.kind, action.target.id);
  if (action.target.id !== reported.target || action.target.kind !== reported.target_kind) {
    const then = named(reported.target_kind, reported.target);
    return refuse("target_changed", `the action now targets ${now}; the report names ${then}`);
  }
  if (action.target.id !== proposed.target.id || action.target.kind !== proposed.target.kind) {
    const then = named(proposed.target.kind, proposed.target.id);
    return refuse("target_changed", `the action now targets ${now}; proposed was ${then}`);
  }
  if (proposed.bindingSha256 !== undefined && proposed.bindingSha256 !== bindingSha256(bindingOf(action)))
    return refuse(
      "conditions_changed",
      "its parameters, or what must hold before the change, differ from the proposal",
    );
  // The earliest expiry counts, so that a later one in the store gains nothing.
  const expiresAtMs = Math.min(action.expiresAtMs, Date.parse(reported.expires_at), proposed.expiresAtMs);
  if (!(nowMs < expiresAtMs)) {
    const when = Number.isFinite(expiresAtMs) ? ` at ${isoTime(expiresAtMs)}` : "";
    return refuse("expired", `the proposal expired${when}`);
  }
  return { ok: true };
}

const refuse = (reason: ApprovalRefusal, why: string): ApprovalCheck => ({ ok: false, reason, why });
const named = (kind: string, id: string): string => `${oneLine(kind, 40)} "${oneLine(id, 120)}"`;
