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
