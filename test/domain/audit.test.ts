import fc from "fast-check";
import { expect, it } from "vitest";
import { type AuditLine, auditText, nextAuditLine, NO_SUBJECT, readAuditLine } from "../../src/domain/audit.ts";
import { auditChecker } from "../../src/domain/audit-check.ts";

const entry = fc.record({
  atMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  kind: fc.constantFrom("proposal", "approval", "refusal", "export"),
  actor: fc.string({ unit: "grapheme" }),
  subject: fc.record({ incidentId: fc.constant(null), analysisId: fc.constant("A1"), actionId: fc.constant("A1-a1") }),
  payload: fc.record({ note: fc.oneof(fc.constant(null), fc.string({ unit: "binary" })), count: fc.integer() }),
} as const);
const logOf = (entries: readonly Parameters<typeof nextAuditLine>[0][]): string[] => {
  let last: AuditLine | null = null;
  return entries.map((one) => auditText((last = nextAuditLine(one, last))));
};
const log = fc.array(entry, { minLength: 1, maxLength: 12 }).map(logOf);
const check = (texts: readonly string[], heads: readonly string[] = []) => {
  const checker = auditChecker(heads);
  texts.forEach((text, at) => checker.addLine({ seq: at + 1, text }));
  return checker.end();
};
const headOf = (texts: readonly string[]): string => check(texts).head ?? "";
const at = (texts: readonly string[], index: number): number => index % texts.length;

it("finds nothing wrong with a log as it was written, whatever the lines hold", () => {
  fc.assert(
    fc.property(log, (texts) => {
      expect(check(texts, [headOf(texts)])).toMatchObject({ lines: texts.length, problemCount: 0, problems: [] });
      expect(texts.every((text) => /^[\x20-\x7e]+$/.test(text))).toBe(true);
    }),
  );
});

it("finds any changed character of any line", () => {
  fc.assert(
    fc.property(
      log,
      fc.nat(),
      fc.nat(),
      fc.string({ minLength: 0, maxLength: 2, unit: "binary" }),
      (texts, l, c, by) => {
        const line = at(texts, l);
        const text = texts[line] ?? "";
        const cut = c % text.length;
        const changed = text.slice(0, cut) + by + text.slice(cut + 1);
        fc.pre(changed !== text);
        expect(check(texts.with(line, changed)).problemCount).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1_000 },
  );
});

it("finds a line that is missing, doubled, moved or new; at the end, by the head", () => {
  fc.assert(
    fc.property(log, fc.nat(), fc.nat(), entry, (texts, from, to, extra) => {
      const head = headOf(texts);
      const [a, b] = [at(texts, from), at(texts, to)];
      const [one = "", other = ""] = [texts[a], texts[b]];
      expect(check(texts.toSpliced(a, 1), [head]).problemCount).toBeGreaterThan(0);
      expect(check(texts.slice(0, a), [head]).problemCount).toBeGreaterThan(0);
      expect(check(texts.toSpliced(b, 0, one)).problemCount).toBeGreaterThan(0);
      expect(check(texts.toSpliced(b, 0, ...logOf([extra]))).problemCount).toBeGreaterThan(0);
      const moved = texts.with(a, other).with(b, one);
      expect(check(moved).problemCount > 0).toBe(a !== b);
    }),
    { numRuns: 300 },
  );
});

it("finds a line that was replaced together with its hash", () => {
  const lines = logOf(
    [1, 2, 3].map((n) => ({ atMs: n, kind: "approval", actor: `p${n}`, subject: NO_SUBJECT, payload: {} })),
  );
  const [first, second] = lines.map((text) => {
    const read = readAuditLine(text);
    if (!read.ok) throw new Error(read.why);
    return read.line;
  });
  const forged = nextAuditLine({ ...(second as AuditLine), atMs: 2, actor: "mallory" }, first ?? null);
  expect(check(lines.with(1, auditText(forged))).problems).toEqual([
    { kind: "changed", seq: 3, why: "line 3 does not follow line 2: one of the two was replaced" },
  ]);
});

it("accepts an earlier head of a log that has grown since, and misses one of a log that was written anew", () => {
  const texts = logOf(
    [1, 2, 3].map((n) => ({ atMs: n, kind: "refusal", actor: "x", subject: NO_SUBJECT, payload: { n } })),
  );
  const early = headOf(texts.slice(0, 2));
  expect(check(texts, [early]).problemCount).toBe(0);
  const anew = logOf(
    [1, 2, 3].map((n) => ({ atMs: n, kind: "refusal", actor: "y", subject: NO_SUBJECT, payload: { n } })),
  );
  expect(check(anew).problemCount).toBe(0); // nothing in the log itself shows it
  expect(check(anew, [early]).problems).toMatchObject([{ kind: "cut" }]);
});
