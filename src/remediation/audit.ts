import type { Decision } from "../domain/action.ts";
import { sha256Of } from "./script.ts";

/** A decision chained to the one before: neither can be edited, moved or removed without the hashes telling. */
export type AuditEntry = { previousHash: string; decision: Decision; hash: string };
export type AuditCheck = { ok: true; head: string } | { ok: false; at: number; why: string };

/** What the first entry follows. */
export const AUDIT_START = "0".repeat(64);

const hashOf = (previousHash: string, { actionId, decision, by, atMs, note, scriptSha256 }: Decision): string =>
  sha256Of(JSON.stringify([previousHash, actionId, decision, by, atMs, note, scriptSha256]));

/** The next entry of the chain. `previousHash`: the last entry's hash, or {@link AUDIT_START}. */
export const appendAudit = (previousHash: string, decision: Decision): AuditEntry => ({ previousHash, decision, hash: hashOf(previousHash, decision) });

/**
 * Checks a whole chain, oldest first.
 *
 * @param head The last hash as noted elsewhere. A chain alone cannot tell that its end was cut off; with it, that is found too.
 * @returns the last hash, or the index of the first entry that does not fit.
 */
export function verifyAudit(entries: readonly AuditEntry[], head?: string): AuditCheck {
  let previous = AUDIT_START;
  for (const [at, { previousHash, decision, hash }] of entries.entries()) {
    if (previousHash !== previous) return { ok: false, at, why: `entry ${at} does not follow the one before it: one was removed, added or moved` };
    if (hash !== hashOf(previousHash, decision)) return { ok: false, at, why: `entry ${at} was edited: its hash is not that of its content` };
    previous = hash;
  }
  if (head !== undefined && head !== previous) return { ok: false, at: entries.length, why: "the chain ends before the noted last entry" };
  return { ok: true, head: previous };
}
