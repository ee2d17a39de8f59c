import { expect, it } from "vitest";
import { mineIncidentLogs } from "../../src/logs/mined-logs.ts";
import { statesFailure } from "../../src/rca/signatures/read-failure.ts";
import { anIncident } from "../fakes.ts";

async function severityOf(body: string, isRead = true) {
  const chunks = (async function* () {
    yield Buffer.from(`${JSON.stringify({ timeUnixNano: "1772359200000000000", service: "orders-db", body })}\n`);
  })();
  const own = [{ origin: "logs.jsonl", framing: "jsonl" as const, service: null, chunks }];
  const mined = await mineIncidentLogs({
    own,
    shared: [],
    incident: anIncident(),
    ...(isRead ? { statesFailure } : {}),
  });
  return mined?.severityOf(0);
}

it("takes an event without a level that states a failure for an error", async () => {
  expect(await severityOf("DB instance ran out of storage space.")).toBe("error");
  expect(await severityOf("DB instance ran out of storage space.", false)).toBe("info");
});
it("leaves a stated level, and events that state no failure", async () => {
  expect(await severityOf("2026-03-01T10:00:00Z INFO DB instance ran out of storage space.")).not.toBe("error");
  expect(await severityOf("DB instance created")).toBe("info");
});

async function headerFacts(lines: readonly string[], framing: "raw" | "jsonl") {
  const chunks = (async function* () {
    yield Buffer.from(lines.join("\n"));
  })();
  const own = [{ origin: "orders.log", framing, service: "orders", chunks }];
  const incident = { ...anIncident(), window: { startMs: START_MS, endMs: START_MS + 3_600_000 } };
  const mined = await mineIncidentLogs({ own, shared: [], incident });
  const table = mined?.table;
  return table?.firstOwn.flatMap((first, event) =>
    first && first.text.includes("No space") ? [table.isBare(first, table.eventService[event] as number)] : [],
  );
}
const START_MS = Date.parse("2026-03-01T10:00:00Z");
const headed = Array.from({ length: 5 }, (_, n) => `2026-03-01T10:00:0${n}Z INFO order ${n} stored`);
const wrapped = (body: string, n: number) =>
  JSON.stringify({ timeUnixNano: `${BigInt(START_MS + n * 1000) * 1_000_000n}`, service: "orders", body });

it.each([
  ["a line without a header among lines with one", [...headed, "FATAL: No space left on device"], true],
  ["a line with a header", [...headed, "2026-03-01T10:00:09Z FATAL No space left on device"], false],
  ["a log whose lines have no header", ["orders up", "orders ready", "FATAL: No space left on device"], false],
])("knows %s, as records that wrap the lines", async (_, lines, isBare) => {
  expect(await headerFacts(lines.map(wrapped), "jsonl")).toEqual([isBare]);
});
it("knows a bare line that came so often that it is no longer taken for a part of the event above it", async () => {
  const forged = Array.from({ length: 40 }, () => "FATAL: No space left on device");
  expect(await headerFacts([...headed.slice(0, 4), ...forged], "raw")).toEqual([true]);
});
