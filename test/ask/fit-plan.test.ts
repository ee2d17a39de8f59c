import { expect, it } from "vitest";
import { askSession } from "../../src/ask/ask-session.ts";
import { guessPlan } from "../../src/ask/guess-plan.ts";
import { logFilesSource } from "../../src/ask/log-files-source.ts";
import { planText } from "../../src/ask/plan-text.ts";
import { readPlan } from "../../src/ask/read-plan.ts";

const lines = [
  '{"time":"2026-11-23T08:00:00Z","level":"info","service":"orders","msg":"served","user_id":"u1","took_ms":12}',
  '{"time":"2026-11-23T08:10:00Z","level":"error","service":"payment","msg":"card refused","user_id":"u2","took_ms":80}',
  '{"time":"2026-11-23T08:20:00Z","level":"warn","service":"orders","msg":"slow","user_id":"u1","took_ms":900}',
];
const session = askSession(logFilesSource([{ origin: "a.log", open: () => [Buffer.from(`${lines.join("\n")}\n`)] }]));
const fit = (text: string) => session.fit(readPlan(text));
const refusalOf = async (text: string) => {
  const found = await fit(text);
  return "refusal" in found ? found.refusal : null;
};

it.each([
  ["logs where servise = orders", "service", "logs where service = orders | count"],
  ["logs where service = paymnt", "payment", "logs where service = payment | count"],
  ["logs where level >= loud", "fatal", "logs | count"],
  ["logs where service > 5", "service = …", "logs | count"],
  ["logs | p95(service)", "took_ms", "logs | count"],
  ["logs | sum(user)", "user_id", "logs | count"],
  ["logs since 2026-12-01T00:00:00Z", "2026-11-23T08:00:00.000Z to 2026-11-23T08:20:00.000Z", "logs | count"],
  ["logs since 08:15 until 08:05", "2026-11-23T08:00:00.000Z to 2026-11-23T08:20:00.000Z", "logs | count"],
  ["logs in trace of (spans where status = ERROR)", "logs", "logs | count"],
  ["spans | count", "logs", null],
])("refuses %s, names %s, and offers the nearest plan", async (text, possible, nearest) => {
  const refusal = await refusalOf(text);
  expect(refusal?.misfits.flatMap((one) => one.possible)).toContain(possible);
  expect(refusal?.nearest_text).toBe(nearest);
});

it("takes the same name in another spelling", async () => {
  expect(await refusalOf("logs | p95(tookMs_) by userId")).toBeNull();
});

it("offers a plan that fits, however much is wrong", async () => {
  const refusal = await refusalOf(
    "logs where servise = paymnt and lvl > x | p95(tk_ms) by usr, colour | compare 2020-01-01..2020-01-02",
  );
  const nearest = refusal?.nearest ?? readPlan("spans");
  expect(await session.fit(nearest)).toHaveProperty("fitted");
});

it("refuses a time that no day has", async () => {
  const refusal = await refusalOf("logs since 25:99");
  expect(refusal?.misfits[0]?.why).toBe('"25:99" is not an ISO 8601 time, nor a time of day');
});

it("gives a time of day the day of the data", async () => {
  expect(await fit("logs since 08:05 until 08:15")).toMatchObject({
    fitted: { range: { startMs: Date.UTC(2026, 10, 23, 8, 5), endMs: Date.UTC(2026, 10, 23, 8, 15) } },
  });
});

it.each([
  ["which service has the most errors?", "logs where level >= error | count by service | top 20"],
  ["How many warnings per user id?", "logs where level >= warn | count by user_id | top 20"],
  ["p99 latency of orders by user?", "logs where service = orders | p99(took_ms) | top 20"],
  ["error rate by minute", "logs where level >= error | rate by time 1m | top 100"],
  ["what is new since 08:10?", "logs since 08:10 not in template of (logs until 08:10) | count by template | top 20"],
  ["how many errors after 08:10 until 08:15?", "logs where level >= error since 08:10 until 08:15 | count | top 20"],
  ["errors over time", "logs where level >= error | count by time | top 20"],
])("guesses the plan of “%s”", async (question, expected) => {
  const catalogue = await session.catalogue("logs", true);
  const plan = catalogue === null ? null : guessPlan(question, catalogue);
  expect(plan === null ? null : planText(plan).replace(/( \| top \d+)?$/, (top) => top || " | top 20")).toBe(expected);
});

it("guesses nothing where no word is known", async () => {
  const catalogue = await session.catalogue("logs", true);
  expect(catalogue === null ? "" : guessPlan("please sing a song", catalogue)).toBeNull();
});
