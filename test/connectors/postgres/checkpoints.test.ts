import { Command, END, interrupt, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { z } from "zod";
import { postgresCheckpoints } from "../../../src/connectors/postgres/checkpoints.ts";
import { openDatabase } from "../../../src/connectors/postgres/open-database.ts";
import { newPostgresDatabase } from "../../postgres/new-database.ts";

const State = new StateSchema({ answer: z.string().default("") });
const thread = { configurable: { thread_id: "A1" } };

async function asking(url: string) {
  const database = await openDatabase(url);
  const checkpointer = await postgresCheckpoints(database);
  const graph = new StateGraph(State)
    .addNode("ask", () => ({ answer: interrupt<string, string>("may I?") }))
    .addEdge(START, "ask")
    .addEdge("ask", END)
    .compile({ checkpointer });
  return { graph, close: database.close };
}

it("resumes an interrupted graph in another process, after the first has ended", async () => {
  const url = await newPostgresDatabase();
  const before = await asking(url);
  await before.graph.invoke({}, thread);
  await before.close();
  const after = await asking(url);
  expect((await after.graph.getState(thread)).tasks[0]?.interrupts).toMatchObject([{ value: "may I?" }]);
  expect(await after.graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({ answer: "yes" });
  await after.close();
});

it("creates its tables once when many processes start at once", async () => {
  const url = await newPostgresDatabase();
  const all = await Promise.all(Array.from({ length: 4 }, () => asking(url)));
  const runs = await Promise.all(
    all.map(
      async ({ graph }, i) => (await graph.invoke({}, { configurable: { thread_id: `A${i}` } })) satisfies object,
    ),
  );
  expect(runs).toHaveLength(4);
  await Promise.all(all.map(({ close }) => close()));
});
