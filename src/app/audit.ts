import { type AuditLine, type AuditLog, readAuditLine, type StoredAuditLine } from "../domain/audit.ts";
import { type AuditCheck, auditChecker } from "../domain/audit-check.ts";

const PAGE = 500;

/** The lines of the log, oldest first: all of them, or those of one action. Memory stays bounded. */
export async function* auditLines(log: AuditLog, actionId?: string): AsyncGenerator<StoredAuditLine> {
  for (let afterSeq = 0; ;) {
    const page = await log.readAudit({ afterSeq, limit: PAGE, actionId });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    afterSeq = last.seq;
  }
}

/** Checks a whole log, from the store or from an export. */
export async function checkAudit(
  lines: AsyncIterable<StoredAuditLine> | Iterable<StoredAuditLine>,
  heads: readonly string[],
): Promise<AuditCheck> {
  const checker = auditChecker(heads);
  for await (const line of lines) checker.addLine(line);
  return checker.end();
}

/** The last `limit` lines, oldest first. A line that was changed is left out: `checkAudit` names it. */
export async function lastAuditLines(log: AuditLog, limit: number, actionId?: string): Promise<AuditLine[]> {
  let last: AuditLine[] = [];
  for await (const { text } of auditLines(log, actionId)) {
    const read = readAuditLine(text);
    if (read.ok) last.push(read.line);
    if (last.length >= 2 * limit) last = last.slice(-limit);
  }
  return last.slice(-limit);
}
