import type { Decision } from "../domain/action.ts";
import { type Approval, bindingSha256 } from "../domain/approval.ts";
import { type AuditLine, type AuditLog, readAuditLine } from "../domain/audit.ts";
import { isoTime } from "../domain/time.ts";
import { auditLines } from "./audit.ts";

/**
 * Whether the audit log has the line of this decision. The store writes both in one transaction, so a row without its
 * line was put there, or edited, by somebody else.
 */
export async function isAuditedDecision(
  log: AuditLog,
  { actionId, decision, by, atMs, scriptSha256 }: Decision,
): Promise<boolean> {
  const kind = decision === "approved" ? "decision" : "rejection";
  return (await readLines(log, actionId)).some(
    (line) =>
      line.kind === kind &&
      line.actor === by &&
      line.at === isoTime(atMs) &&
      line.payload.scriptSha256 === scriptSha256,
  );
}

/** The approvals of one action that the audit log has with the same person, content and expiry. The others do not count. */
export async function auditedApprovals(log: AuditLog, approvals: readonly Approval[]): Promise<Approval[]> {
  const [first] = approvals;
  if (first === undefined) return [];
  const lines = await readLines(log, first.actionId);
  return approvals.filter(({ approver, binding, atMs, expiresAtMs }) =>
    lines.some(
      ({ kind, at, payload }) =>
        kind === "approval" &&
        at === isoTime(atMs) &&
        payload.surface === approver.surface &&
        payload.approverId === approver.id &&
        payload.expires === isoTime(expiresAtMs) &&
        payload.bindingSha256 === bindingSha256(binding),
    ),
  );
}

/** Lines that hold their own hash; an edited line counts for nothing. */
async function readLines(log: AuditLog, actionId: string): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  for await (const { text } of auditLines(log, actionId)) {
    const read = readAuditLine(text);
    if (read.ok) lines.push(read.line);
  }
  return lines;
}
