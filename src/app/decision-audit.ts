import type { AgentDeps } from "../agent/deps.ts";
import type { Action, Decision } from "../domain/action.ts";
import { readAuditLine } from "../domain/audit.ts";
import { exportEntry, refusalEntry } from "../domain/audit-entries.ts";
import { type IncidentError, messageOf } from "../domain/errors.ts";

/** Most lines of one action that are searched for an earlier export. */
const MAX_SEARCHED = 1_000;

/** Writes the lines about one attempt to decide an action. The store itself writes those of recorded decisions. */
export function decisionAudit(
  { store, log }: Pick<AgentDeps, "store" | "log">,
  action: Action,
  { by, atMs, decision }: Pick<Decision, "by" | "atMs" | "decision">,
) {
  async function isExported(path: string): Promise<boolean> {
    const lines = await store.readAudit({ afterSeq: 0, limit: MAX_SEARCHED, actionId: action.id });
    return lines.some(({ text }) => {
      const read = readAuditLine(text);
      return read.ok && read.line.kind === "export" && read.line.payload.path === path;
    });
  }
  return {
    /** Records that an attempt was refused. A log that cannot be written hides no refusal. @returns `error` */
    async refused(reason: string, error: IncidentError): Promise<IncidentError> {
      const kind = reason === "expired" ? "expiry" : "refusal";
      const why = `${decision === "approved" ? "approval" : "rejection"} refused: ${error.message}`;
      await store
        .recordAudit([refusalEntry(action, { kind, actor: by, atMs, reason, why })])
        .catch((failure: unknown) =>
          log.error({ actionId: action.id, reason }, `the audit log did not take a refusal: ${messageOf(failure)}`),
        );
      return error;
    },

    /** Records once that a path holds the approved script. */
    async exported(path: string, { by: approver, scriptSha256 }: Decision): Promise<void> {
      if (await isExported(path)) return;
      await store.recordAudit([exportEntry(action, { actor: approver, atMs, path, scriptSha256 })]);
    },
  };
}
