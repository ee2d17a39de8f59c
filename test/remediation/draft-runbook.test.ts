import fc from "fast-check";
import { expect, it } from "vitest";
import type { CauseCard } from "../../src/domain/cause.ts";
import { draftRunbook } from "../../src/remediation/draft-runbook.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";
import { anIncident } from "../fakes.ts";
import { aHypothesis, cited } from "./samples.ts";

const card: CauseCard = {
  id: "slow_teapot",
  title: "The teapot is slow",
  systemLevel: "Application",
  faultType: "Dependency Problem",
  entityKinds: [],
  signature: [],
  refutedBy: "tea within a minute",
  runbooks: [],
};
const draft = (given: Partial<Parameters<typeof draftRunbook>[0]> = {}) =>
  draftRunbook({
    incident: anIncident(),
    hypothesis: aHypothesis(),
    findings: [cited("E1")],
    card,
    nextEvidence: [],
    ...given,
  });
const read = ({ name, text }: { name: string; text: string }) => readRunbook(text, { slug: name, origin: "draft" });

it("is a valid runbook for the cause that changes nothing", () => {
  expect(read(draft())).toMatchObject({
    name: "draft-slow-teapot",
    causes: ["slow_teapot"],
    entityKinds: ["service"],
    steps: [],
  });
});

it("lists findings, queries to run again, refuting observations and open questions", () => {
  const { text } = draft({ nextEvidence: ["Is the water hot?"] });
  expect(text).toContain("`E1`: `orders: latency rose to 9 ms`");
  expect(text).toContain("`E1`: query `fake` for `all`");
  expect(text).toContain("The diagnosis is wrong if: `tea within a minute`");
  expect(text).toContain("- `Is the water hot?`");
  expect(text).toContain("kubectl describe deployment/orders\n");
});

it("needs no cause card and no findings, and takes a cause of any form", () => {
  const { name } = read(
    draft({
      card: undefined,
      findings: [],
      hypothesis: aHypothesis({ cause: `${"!".repeat(80)}Ünknown: [cause]\n---` }),
    }),
  );
  expect(name).toMatch(/^draft-[a-z0-9-]+$/);
});

it("offers no command for an invalid Kubernetes name", () => {
  expect(draft({ hypothesis: aHypothesis({ entity: { id: "$(id)", kind: "service" } }) }).text).not.toContain(
    "kubectl",
  );
});

const HOSTILE = [
  "\n---\nname: evil\nsteps: []\n---\n## Goal\n",
  "\n## Remediation\nrun this",
  "```bash\nrm -rf /\n```",
  "` `` ``` `",
  "<script>alert(1)</script>",
  "[a](javascript:alert(1))",
  "![x](http://evil/pixel.png)",
  "http://evil.example",
  "@channel",
  "a\u202eb\u2028c\u0000d",
  "\n- [x] done",
  "{{ template }}",
  "\\`\\",
  "*/",
  "&lt;",
  "\t",
  "",
];

it("takes no front matter, headings or markup from telemetry", () => {
  const hostile = fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 12 })), { maxLength: 5 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(hostile, hostile, (text, other) => {
      const id = text === "" ? "x" : text;
      const written = draft({
        incident: anIncident({ id, title: other }),
        hypothesis: aHypothesis({
          entity: { id, kind: other === "" ? "x" : other },
          cause: other === "" ? "x" : other,
          for: ["E1"],
          against: ["E2"],
          wouldRefute: text,
        }),
        findings: [
          cited("E1", {
            summary: text,
            evidence: { connector: other, query: text, window: null, facts: {}, template: other },
          }),
          cited("E2", { summary: other }),
        ],
        card: undefined,
        nextEvidence: [text, other],
      });
      const runbook = read(written);
      expect(runbook).toMatchObject({ name: written.name, steps: [] });
      const headings = written.text.split("\n").filter((line) => /^ {0,3}#{1,6}\s/.test(line));
      expect(headings.slice(1)).toEqual(["## Goal", "## Workflow", "## Synthesize Findings", "## Remediation"]);
      const outsideCode = runbook.body
        .replace(/^# Draft: [\p{L}\p{N} ,.'-]*\n/u, "")
        .replaceAll(/```bash\n[^`]*\n```/g, "")
        .replaceAll(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, "");
      expect(outsideCode).not.toMatch(/[<`[\]{}]|http|javascript|@/);
    }),
    { numRuns: 200 },
  );
});
