import { createInterface } from "node:readline";
import { openDatabase as openPostgres } from "../../src/connectors/postgres/open-database.ts";
import { sqlModelStore } from "../../src/connectors/sql/model-store.ts";
import { openDatabase as openSqlite } from "../../src/connectors/sqlite/open-database.ts";
import type { ChatModel } from "../../src/domain/chat-model.ts";
import type { ModelCaps } from "../../src/domain/model-store.ts";
import { isCapError } from "../../src/llm/cap-error.ts";
import { modelRoutes } from "../../src/llm/model-routes.ts";

/**
 * A process that makes `calls` calls of a model at once, within caps, over the database at `place`. It writes `ready`,
 * begins with the first line of its standard input, writes `sent` or `refused` for each call, and answers those that
 * were sent with the second line.
 */
const [dialect = "", place = "", name = "", calls = "", limits = ""] = process.argv.slice(2);
const caps = JSON.parse(limits) as ModelCaps;
const sql = dialect === "Postgres" ? await openPostgres(place, { maxConnections: 2 }) : await openSqlite(place);
const store = sqlModelStore(sql);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const answer = Promise.withResolvers<void>();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const model: ChatModel = {
  name: "m",
  server: "http://model.test/v1",
  async complete() {
    say("sent");
    await answer.promise;
    return {
      text: "fine",
      calls: [],
      use: { inputTokens: 90, outputTokens: 10 },
      model: "m-1",
      finish: "stop",
      firstTokenMs: null,
      totalMs: 1,
      cached: false,
    };
  },
};
let ids = 0;
const silent = { info() {}, warn() {}, error() {} };
const routes = modelRoutes({
  modelsOf: () => [{ model, price: null, settings: null, holdMs: 3_600_000 }],
  store,
  caps,
  cache: null,
  tenant: "default",
  log: silent as never,
  now: Date.now,
  newId: () => `${name}-${(ids += 1)}`,
});

say("ready");
await lines.next();
const [capped] = routes.modelsFor("explain", { analysisId: "A1", incidentId: "I1" });
const running = Array.from({ length: Number(calls) }, (_, sample) =>
  capped
    ?.complete({
      task: "explain",
      prompt: { name: "explain", version: 1, sha256: "f".repeat(64) },
      messages: [{ role: "user", text: "why?" }],
      tools: [],
      answer: null,
      maxOutputTokens: 100,
      sample,
    })
    .catch((error: unknown) => {
      if (!isCapError(error)) throw error;
      say("refused");
    }),
);
await lines.next();
answer.resolve();
await Promise.all(running);
await sql.close();
process.exit();
