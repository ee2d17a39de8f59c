import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, END, interrupt, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { z } from "zod";
import { sqliteCheckpoints } from "../../../src/connectors/sqlite/checkpoints.ts";

const newPath = (): string => join(mkdtempSync(join(tmpdir(), "causeway-checkpoints-")), "home", "checkpoints.db");
const State = new StateSchema({ answer: z.string().default("") });
const asking = (path: string) => {
  const checkpointer = sqliteCheckpoints(path);
  const graph = new StateGraph(State)
    .addNode("ask", () => ({ answer: interrupt<string, string>("may I?") }))
    .addEdge(START, "ask")
    .addEdge("ask", END)
    .compile({ checkpointer });
  return { graph, checkpointer };
};
const thread = { configurable: { thread_id: "A1" } };

it("resumes an interrupted graph over another connection, after the first is closed", async () => {
  const path = newPath();
  const before = asking(path);
  await before.graph.invoke({}, thread);
  before.checkpointer.db.close();
  const after = asking(path);
  expect((await after.graph.getState(thread)).tasks[0]?.interrupts).toMatchObject([{ value: "may I?" }]);
  expect(await after.graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({ answer: "yes" });
});

it("refuses a file that is not a database", () => {
  const path = join(mkdtempSync(join(tmpdir(), "causeway-checkpoints-")), "checkpoints.db");
  writeFileSync(
    path,
    "notes, and enough of them that it cannot be taken for an empty database file by anybody, not even SQLite",
  );
  expect(() => sqliteCheckpoints(path)).toThrow(/damaged or not a database/);
});

it("reports a full disk, both at a checkpoint and at a resume", async () => {
  const { graph, checkpointer } = asking(newPath());
  await graph.invoke({}, thread);
  checkpointer.db.pragma(`max_page_count = ${checkpointer.db.pragma("page_count", { simple: true })}`); // the file can grow no more
  const many = async (): Promise<void> => {
    for (let n = 0; n < 200; n += 1) await graph.invoke({}, { configurable: { thread_id: `full-${n}` } });
  };
  await expect(many()).rejects.toMatchObject({
    name: "IncidentError",
    code: "UNAVAILABLE",
    message: expect.stringMatching(/checkpoints\.db cannot grow: the disk is full/),
  });
});
