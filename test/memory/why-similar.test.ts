import { expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import type { Ranking } from "../../src/domain/hypothesis.ts";
import { whySimilar } from "../../src/memory/why-similar.ts";
import { incident } from "../connectors/memory-documents.ts";
import { aFinding } from "../fakes.ts";

const seenWith = (template: string) => {
  const finding = aFinding({ signal: "log", kind: "log.new-template", entity: { id: "billing", kind: "service" } });
  const cited: CitedFinding = { ...finding, id: "E1", evidence: { ...finding.evidence, template } };
  return { ranking: { hypotheses: [] } as unknown as Ranking, findings: [cited] };
};
const why = (past: string, present: string): string => whySimilar(incident("a", past), seenWith(present), []);

it("names the log words that two incidents share", () => {
  expect(why("orders lost its lease on the shard", "lease of shard <*> expired")).toBe(
    'both logs contain "lease", "shard"',
  );
});

it("does not call incidents alike for words of any log line or of any failure", () => {
  expect(why("error: connection to server failed for request", "request failed: server connection error")).toBe(
    "similar texts",
  );
});
