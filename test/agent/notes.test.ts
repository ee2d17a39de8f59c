import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import type { HumanNote } from "../../src/domain/chat-thread.ts";
import { agentOver, metricsAnswering, spiking, declaredTopology } from "./fakes.ts";

const note: HumanNote = {
  id: "n1",
  incidentId: "inc-1",
  by: "Ada",
  text: "we halved its CPU; password=hunter2",
  atMs: 0,
};
const run = async (notes: HumanNote[]) =>
  (
    await analyse(
      await agentOver(
        { metrics: metricsAnswering(spiking), topology: declaredTopology },
        { notes: { notesOf: async () => notes } },
      ),
      "inc-1",
      { analysisId: "an-1" },
    )
  ).report;

it("lists people's notes as evidence, with author and without secrets", async () => {
  const { evidence } = await run([note]);
  expect(evidence.filter(({ signal }) => signal === "human")).toEqual([
    expect.objectContaining({
      kind: "human.note",
      connector: "people",
      facts: expect.objectContaining({ author: "Ada" }),
      summary: expect.stringMatching(/^Ada noted: we halved its CPU/),
    }),
  ]);
  expect(JSON.stringify(evidence)).not.toContain("hunter2");
});
it("changes neither verdict nor causes nor confidence", async () => {
  const [noted, plain] = [await run([note]), await run([])];
  expect([
    noted.verdict,
    noted.root_causes.map(({ entity, category, confidence }) => [entity, category, confidence]),
  ]).toEqual([
    plain.verdict,
    plain.root_causes.map(({ entity, category, confidence }) => [entity, category, confidence]),
  ]);
  expect(noted.hypotheses.map(({ entity }) => entity)).toEqual(plain.hypotheses.map(({ entity }) => entity));
});
