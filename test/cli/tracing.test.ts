import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { startFakeModel } from "../connectors/openai/server.ts";
import { causeway } from "./run-cli.ts";

const Export = z.object({
  resourceSpans: z.array(
    z.object({ scopeSpans: z.array(z.object({ spans: z.array(z.looseObject({ name: z.string() })) })) }),
  ),
});

/** A collector of traces. `names`: of the spans that it got. */
async function startCollector() {
  const names: string[] = [];
  const server = createServer(
    (request, response) =>
      void text(request).then((body) => {
        const { resourceSpans } = Export.parse(JSON.parse(body));
        const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
        names.push(...spans.map(({ name }) => name));
        response.end("{}");
      }),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { names, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it("has sent the spans of an analysis and of a question, with their calls of a model, when the command ends", async () => {
  const collector = await startCollector();
  const model = await startFakeModel("good");
  onTestFinished(() => model[Symbol.asyncDispose]());
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const env = {
    CAUSEWAY_HOME: join(dir, "home"),
    CAUSEWAY_DATA: dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: "gpt-x",
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
  expect((await causeway(["analyze", "sick", "--quiet"], { env })).stdout).toContain("written by gpt-x");
  expect(collector.names).toEqual(expect.arrayContaining(["analysis", "rank-causes", "explain", "chat gpt-x"]));

  collector.names.length = 0;
  const log = join(dir, "app.log");
  await writeFile(log, "2026-11-23T08:00:00Z ERROR pool exhausted\n".repeat(3));
  await causeway(["logs", "ask", log, "what was exhausted?"], { env });
  expect(collector.names).toContain("chat gpt-x");
});
