import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "./canonical-json.ts";
import { isoTime } from "./time.ts";

/**
 * What a line records. `approval`: of one person. `decision`: all approvals that it needs are there. `expiry`: somebody
 * tried to use what had expired. `execution` and `result`: the start and the end of a run.
 */
export const AUDIT_KINDS = [
  "proposal",
  "edit",
  "approval",
  "decision",
  "rejection",
  "refusal",
  "expiry",
  "export",
  "execution",
  "result",
] as const;
export const AuditKind = z.enum(AUDIT_KINDS);
export type AuditKind = z.infer<typeof AuditKind>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Subject = z.strictObject({
  incidentId: z.string().nullable(),
  analysisId: z.string().nullable(),
  actionId: z.string().nullable(),
});

/**
 * A line of the audit log. `seq` counts from 1. `at`: ISO 8601, UTC. `prev`: the hash of the line before, of the first
 * line `AUDIT_START`. `sha256`: of the canonical JSON of all other fields, in ASCII.
 */
export const AuditLine = z.strictObject({
  seq: z.int().min(1),
  at: z.string(),
  kind: AuditKind,
  actor: z.string(),
  subject: Subject,
  payload: z.record(z.string(), z.json()),
  prev: Sha256,
  sha256: Sha256,
});
export type AuditLine = z.infer<typeof AuditLine>;

/** What a writer gives; the store adds number and hashes. `actor`: a person, a key, or `causeway`. */
export type AuditEntry = Pick<AuditLine, "kind" | "actor" | "subject" | "payload"> & { atMs: number };

/** A line as it is stored. */
export type StoredAuditLine = { seq: number; text: string };

/** The append-only log of proposals, decisions, exports and runs. No method changes or deletes a line. */
export interface AuditLog {
  /** Appends lines. What changes a record appends its line in the transaction of the change, without this method. */
  recordAudit(entries: readonly AuditEntry[]): Promise<void>;
  /** The lines behind `afterSeq`, oldest first, at most `limit`; of all actions, or of one. */
  readAudit(options: { afterSeq: number; limit: number; actionId?: string | undefined }): Promise<StoredAuditLine[]>;
}

/** `prev` of the first line. */
export const AUDIT_START = "0".repeat(64);

export const NO_SUBJECT: AuditLine["subject"] = { incidentId: null, analysisId: null, actionId: null };

/** The line that follows `last`. */
export function nextAuditLine(
  { atMs, kind, actor, subject, payload }: AuditEntry,
  last: Pick<AuditLine, "seq" | "sha256"> | null,
): AuditLine {
  const line = {
    seq: (last?.seq ?? 0) + 1,
    at: isoTime(atMs),
    kind,
    actor,
    subject,
    payload,
    prev: last?.sha256 ?? AUDIT_START,
  };
  return { ...line, sha256: hashOf(line) };
}

/** The text of a line, in the store and in an export: canonical JSON in ASCII, one line. */
export const auditText = (line: AuditLine): string => asciiJson(line);

const hashOf = (line: Omit<AuditLine, "sha256">): string => createHash("sha256").update(asciiJson(line)).digest("hex");

/** As `json.dumps(line, sort_keys=True, separators=(",", ":"))` of Python writes it. No encoding changes ASCII. */
const asciiJson = (value: unknown): string =>
  canonicalJson(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * Reads the text of a line and checks its own hash.
 *
 * @returns `why`: what is wrong with it. Every other spelling of the same JSON is wrong too.
 */
export function readAuditLine(text: string): { ok: true; line: AuditLine } | { ok: false; why: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, why: "it is not JSON" };
  }
  const parsed = AuditLine.safeParse(json);
  if (!parsed.success) return { ok: false, why: "it does not have the fields of an audit line" };
  const { sha256, ...rest } = parsed.data;
  if (hashOf(rest) !== sha256) return { ok: false, why: "its text does not have the hash that it names" };
  if (auditText(parsed.data) !== text) return { ok: false, why: "its text is not written as Causeway writes it" };
  return { ok: true, line: parsed.data };
}
