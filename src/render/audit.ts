import type { AuditLine } from "../domain/audit.ts";
import type { AuditCheck } from "../domain/audit-check.ts";

const count = (lines: number): string => `${lines} ${lines === 1 ? "line" : "lines"}`;

/** The result of a check, with what to note for the next one. */
export function renderAuditCheck({ lines, head, problems, problemCount }: AuditCheck): string {
  const more = problemCount - problems.length;
  if (problemCount > 0)
    return [
      `The audit log is NOT intact: ${problemCount} ${problemCount === 1 ? "problem" : "problems"} in ${count(lines)}.`,
      ...problems.map(({ why }) => `- ${why}`),
      ...(more > 0 ? [`- and ${more} more`] : []),
    ].join("\n");
  if (head === null) return "The audit log is empty.";
  return [
    `The audit log is intact: ${count(lines)}, each with its own hash, in order, linked to the line before.`,
    `Head: ${head}`,
    "Note this hash in another place. `causeway audit verify --head HASH` then also finds lines cut off at the end,",
    "and a log that was written anew.",
  ].join("\n");
}

/** A line of the log for a person: two lines of text. */
export function renderAuditLine({ seq, at, kind, actor, subject, payload }: AuditLine): string {
  const about = [subject.actionId ?? subject.analysisId, payload.why ?? payload.title ?? payload.path ?? payload.note]
    .filter((part): part is string => typeof part === "string" && part !== "")
    .map((part) => part.slice(0, 200));
  return `${seq}  ${at}  ${kind.padEnd(9)}  ${actor}\n    ${about.join(": ")}`;
}
