import { join } from "node:path";
import { expect, it } from "vitest";
import { AskAnswer } from "../../src/domain/ask-answer.ts";
import { Conversation } from "../../src/domain/conversation.ts";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

it("asks about an analysis, runs plans over its telemetry, and shows the conversation", async () => {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir };
  const { analysis_id: id } = Report.parse(JSON.parse((await causeway(["analyze", "sick", "--json"], { env })).stdout));
  const words = await causeway(["ask", id, "could it be the cache?"], { env });
  expect(words).toMatchObject({ code: 0, stdout: expect.stringContaining("No evidence mentions it either") });
  const plan = await causeway(["ask", id, "--json", "--plan", "metrics | max(value) by entity | top 2"], { env });
  expect(AskAnswer.parse(JSON.parse(plan.stdout)).table?.rows).toHaveLength(2);
  const misfit = await causeway(["ask", id, "metrics | p95(vallue) by entity"], { env });
  expect(misfit).toMatchObject({ code: 1, stdout: expect.stringContaining("p95(value) by entity") });
  expect(await causeway(["ask", "an-none", "why?"], { env })).toMatchObject({ code: 1 });
  const shown = await causeway(["show", id, "--conversation", "--json"], { env });
  expect(Conversation.parse(JSON.parse(shown.stdout)).exchanges).toHaveLength(3);
  expect((await causeway(["show", id, "--conversation"], { env })).stdout).toContain("could it be the cache?");
});
