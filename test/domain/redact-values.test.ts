import { expect, it } from "vitest";
import { maskerOf, NO_MASKER } from "../../src/domain/redact-values.ts";

const { values } = maskerOf();

it("masks texts at any depth, and keeps numbers, ids, hashes and scripts", () => {
  expect(
    values({
      id: "token=abcdef123",
      script: "echo password=hunter22",
      steps: [{ note: "password=hunter22", count: 4 }, null, true],
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    }),
  ).toEqual({
    id: "token=abcdef123",
    script: "echo password=hunter22",
    steps: [{ note: "password=⟨secret⟩", count: 4 }, null, true],
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  });
});

it("masks names that others chose: of entities, labels and their keys", () => {
  expect(values({ id: "ada@example.com", kind: "service" })).toEqual({ id: "⟨email⟩", kind: "service" });
  expect(values({ labels: { password: "hunter22", key: "ada@example.com", "ada@example.com": "x" } })).toEqual({
    labels: { password: "⟨secret⟩", key: "⟨email⟩", "⟨email⟩": "x" },
  });
});

it("leaves a wildcard in the pattern of a query, so that it still selects the same lines", () => {
  expect(values({ patterns: ["login password=hunter22 of <*>"] })).toEqual({
    patterns: ["login password=<*> of <*>"],
  });
});

it("masks network addresses only where that is wanted", () => {
  const line = "from 10.0.12.7 (02:42:ac:11:00:02)";
  expect(maskerOf(undefined, { ip: true, mac: true }).text(line)).toBe("from ⟨ip⟩ (⟨mac⟩)");
  expect(maskerOf().text(line)).toBe(line);
});

it("does not touch what is no plain data, and nothing at all if the operator wants everything raw", () => {
  const at = new Date(0);
  expect(values({ at }).at).toBe(at);
  expect(NO_MASKER.values({ note: "password=hunter22" })).toEqual({ note: "password=hunter22" });
});
