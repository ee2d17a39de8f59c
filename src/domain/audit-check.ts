import { AUDIT_START, type AuditLine, readAuditLine, type StoredAuditLine } from "./audit.ts";

/** `seq`: the line where it shows; null at the end of the log. */
export type AuditProblem = { kind: "changed" | "missing" | "out_of_order" | "cut"; seq: number | null; why: string };

/**
 * The result of a check. `head`: the hash of the last line; null for an empty log. `problems`: at most 100;
 * `problemCount` counts all.
 */
export type AuditCheck = { lines: number; head: string | null; problems: AuditProblem[]; problemCount: number };

const MAX_PROBLEMS = 100;

/**
 * Checks lines in the order of the log: the hash of each, its number, and its link to the line before. It finds every
 * line that was changed, left out, added or moved. Lines that are missing at the end leave no trace in the rest, nor
 * does a log that was written anew with new hashes. Both show only against a head that was noted before.
 *
 * @param heads hashes of earlier last lines, noted elsewhere. Each must still be the hash of a line.
 */
export function auditChecker(heads: readonly string[]) {
  const awaited = new Set(heads);
  const problems: AuditProblem[] = [];
  let [lines, problemCount, nextSeq] = [0, 0, 1];
  let prev: string | null = AUDIT_START; // null: unknown, behind a line that cannot be read
  let head: string | null = null;
  const add = (problem: AuditProblem): void => {
    problemCount += 1;
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };

  function addLine({ seq: storedSeq, text }: StoredAuditLine): void {
    lines += 1;
    const read = readAuditLine(text);
    if (!read.ok) {
      add({ kind: "changed", seq: storedSeq, why: `line ${storedSeq} was changed: ${read.why}` });
      [nextSeq, prev, head] = [storedSeq + 1, null, null];
      return;
    }
    const { line } = read;
    const { seq } = line;
    const misplaced = whyMisplaced(line, storedSeq, nextSeq, prev);
    if (misplaced !== null) add(misplaced);
    awaited.delete(line.sha256);
    [nextSeq, prev, head] = [seq + 1, line.sha256, line.sha256];
  }

  const end = (): AuditCheck => {
    for (const hash of awaited)
      add({
        kind: "cut",
        seq: null,
        why: `no line has the hash ${hash}: lines at the end are missing, or the log was written anew`,
      });
    return { lines, head, problems, problemCount };
  };
  return { addLine, end };
}

function whyMisplaced(
  { seq, prev: own }: AuditLine,
  storedSeq: number,
  nextSeq: number,
  prev: string | null,
): AuditProblem | null {
  if (seq !== storedSeq)
    return { kind: "out_of_order", seq: storedSeq, why: `line ${seq} lies in the place of line ${storedSeq}` };
  if (seq > nextSeq) {
    const range = seq - 1 === nextSeq ? `line ${nextSeq} is` : `lines ${nextSeq} to ${seq - 1} are`;
    return { kind: "missing", seq, why: `${range} missing` };
  }
  if (seq < nextSeq) return { kind: "out_of_order", seq, why: `line ${seq} comes where line ${nextSeq} belongs` };
  if (prev !== null && own !== prev)
    return { kind: "changed", seq, why: `line ${seq} does not follow line ${seq - 1}: one of the two was replaced` };
  return null;
}
