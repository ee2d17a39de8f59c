import { expect, it } from "vitest";
import { mineIncidentLogs } from "../../src/logs/mined-logs.ts";
import { anIncident } from "../fakes.ts";

async function severitiesOf(bodies: readonly string[]): Promise<[string, string][]> {
  const text = bodies
    .map((body, n) => JSON.stringify({ timeUnixNano: `${1_772_359_200_000 + n}000000`, service: "shop", body }))
    .join("\n");
  const chunks = (async function* () {
    yield Buffer.from(`${text}\n`);
  })();
  const own = [{ origin: "logs.jsonl", framing: "jsonl" as const, service: null, chunks }];
  const mined = await mineIncidentLogs({ own, shared: [], incident: anIncident() });
  return (mined?.table.eventTemplate ?? []).map((template, event) => [
    mined?.statements[template]?.text ?? "",
    mined?.severityOf(event) ?? "",
  ]);
}

it("reads the level at the start of a text without a header, which outranks words of trouble in it", async () => {
  expect(await severitiesOf(["WARN checkout refused, cart is empty"])).toEqual([
    ["WARN checkout refused, cart is empty", "warn"],
  ]);
  expect(await severitiesOf(["ALERTING is a word like any other"])).toEqual([
    ["ALERTING is a word like any other", "info"],
  ]);
});

it("numbers a line at error level apart from the same line at another level", async () => {
  const at = "2026-03-01T10:00:00.000Z";
  expect(await severitiesOf([`${at} INFO POST /orders 500 12ms`, `${at} ERROR POST /orders 500 12ms`])).toEqual([
    [expect.stringContaining("POST"), "info"],
    [expect.stringContaining("POST"), "error"],
  ]);
});
