import { expect, it } from "vitest";
import type { Decision } from "../../src/domain/action.ts";
import { appendAudit, AUDIT_START, type AuditEntry, verifyAudit } from "../../src/remediation/audit.ts";

const decision = (at: number): Decision => ({ actionId: `A${at}-a1`, decision: "approved", by: "ana", atMs: at, note: null, scriptSha256: "a".repeat(64) });
const chain = [1, 2, 3].reduce<AuditEntry[]>((entries, at) => [...entries, appendAudit(entries.at(-1)?.hash ?? AUDIT_START, decision(at))], []);
const edited = (at: number, told: Partial<Decision>): AuditEntry[] => chain.map((entry, index) => (index === at ? { ...entry, decision: { ...entry.decision, ...told } } : entry));

it("accepts an untouched chain and gives its last hash", () => {
  expect(verifyAudit(chain)).toEqual({ ok: true, head: chain[2]?.hash });
  expect(verifyAudit([])).toEqual({ ok: true, head: AUDIT_START });
});

it.each<Partial<Decision>>([{ by: "eve" }, { decision: "rejected" }, { note: "fine" }, { atMs: 9 }, { actionId: "A9-a1" }, { scriptSha256: "b".repeat(64) }])("finds the entry whose decision became %j", (told) => {
  expect(verifyAudit(edited(1, told))).toMatchObject({ ok: false, at: 1, why: expect.stringContaining("edited") });
});

it("finds an entry edited together with its hash, by the one that follows", () => {
  const [first, , third] = chain;
  const forged = appendAudit(first?.hash ?? "", { ...decision(2), by: "eve" });
  expect(verifyAudit([first, forged, third].filter((entry) => entry !== undefined))).toMatchObject({ ok: false, at: 2 });
});

it("finds an entry that was removed or moved", () => {
  expect(verifyAudit(chain.filter((_, at) => at !== 1))).toMatchObject({ ok: false, at: 1 });
  expect(verifyAudit(chain.toReversed())).toMatchObject({ ok: false, at: 0 });
});

it("finds a chain whose end was cut off, when the last hash was noted elsewhere", () => {
  expect(verifyAudit(chain.slice(0, 2), chain[2]?.hash)).toMatchObject({ ok: false, at: 2 });
});
