import type { CitedFinding } from "../../src/domain/finding.ts";

export const ONSET_MS = Date.parse("2026-11-23T08:41:02.500Z");

type Parts = Partial<Omit<CitedFinding, "entity" | "evidence">> & {
  entity?: string;
  facts?: CitedFinding["evidence"]["facts"];
  template?: string;
  exemplar?: string;
};

/** A finding of a made-up shop; say only what matters. */
export function finding({ entity = "store", facts = {}, template, exemplar, ...parts }: Parts = {}): CitedFinding {
  return {
    id: "E1",
    signal: "metric",
    kind: "metric.shift",
    entity: { id: entity, kind: "service" },
    strength: 5,
    onsetMs: ONSET_MS,
    peer: null,
    summary: "",
    ...parts,
    evidence: {
      connector: "files",
      query: "q",
      window: { startMs: ONSET_MS - 62_500, endMs: ONSET_MS + 297_500 },
      facts,
      ...(template === undefined ? {} : { template }),
      ...(exemplar === undefined ? {} : { exemplar }),
    },
  };
}
