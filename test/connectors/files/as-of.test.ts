import { expect, it } from "vitest";
import { log, opened, SAMPLE_HEADER, SPAN_HEADER, textOf } from "./suite.ts";

const AS_OF = "2026-01-01T00:00:00Z";
const now = Date.parse(AS_OF);
const nanos = (ms: number): string => `${ms}000000`;
const alert = (timeUnixMs: number, entity: string): string => JSON.stringify({ timeUnixMs, entity, name: "slow" });
const change = (timeUnixMs: number, entity: string): string =>
  JSON.stringify({ timeUnixMs, entity, kind: "deploy", id: "v2" });

const known = {
  "logs.jsonl.gz": log(nanos(now), "known"),
  "metrics.csv": `${SAMPLE_HEADER}\n${now},shop,service,cpu,1`,
  "traces.csv.gz": `${SPAN_HEADER}\nt,a,,shop,,GET,${nanos(now - 1)},1000,`,
  "alerts.jsonl": alert(now, "shop"),
  "changes.jsonl.gz": change(now, "shop"),
};
const later = now + 1;
/** Records after that time: valid ones, and invalid ones. */
const calm = {
  "logs.jsonl.gz": log(nanos(later), "later"),
  "metrics.csv": `${later},shop,service,cpu,2`,
  "traces.csv.gz": `t,b,a,shop,,GET,${nanos(later)},5,`,
  "alerts.jsonl": alert(later, "shop"),
  "changes.jsonl.gz": change(later, "shop"),
};
const poisoned = {
  "logs.jsonl.gz": `${log(nanos(later), "POISON").slice(0, -1)}\n${log(`${nanos(now).slice(0, -1)}1`, "POISON")}`,
  "metrics.csv": `${later},POISON,service,cpu,NaN\n${later},,,,`,
  "traces.csv.gz": [
    `,,,,,POISON,${nanos(later)},-5,`,
    `t,POISON,,shop,,GET,${nanos(now - 1)},1000.1,`,
    `t,POISON,,shop,,GET,${nanos(now)},1,`,
  ].join("\n"),
  "alerts.jsonl": `{"timeUnixMs":${later},"entity":"","name":"POISON"}\n${alert(later, "POISON")}`,
  "changes.jsonl.gz": `{"timeUnixMs":${later},"id":"POISON"}\n${change(later, "POISON")}`,
};

const withLater = (after: Readonly<Record<string, string>>, place = ""): Record<string, string> =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, text]) => [
      [name, `${text}\n${after[name]}\n`],
      [`${place}${name}`, `${text}\n${after[name]}\n`],
    ]),
  );

async function answers({ ask }: Awaited<ReturnType<typeof opened>>, where: Parameters<typeof ask>[1] = {}) {
  return {
    logs: await Promise.all((await ask("log", where)).map(textOf)),
    metrics: await ask("metric", where),
    traces: await ask("trace", where),
    alerts: await ask("alert", where),
    changes: await ask("change", where),
  };
}

it.each([
  ["its own recording", {}],
  ["a window that ends later", { range: { startMs: 0, endMs: later + 1000 } }],
  ["a shared recording", { recording: "calm" }],
])("gives nothing later than asOf, of %s", async (_, where) => {
  const quiet = await opened(withLater(calm, "shared/calm/"), { asOf: AS_OF });
  const bad = await opened(withLater(poisoned, "shared/calm/"), { asOf: AS_OF });
  const given = await answers(bad, where);
  expect(given).toEqual(await answers(quiet, where));
  expect(given).toMatchObject({
    logs: [`${known["logs.jsonl.gz"]}\n`],
    metrics: [{ values: [1] }],
    traces: [{ spanId: "a" }],
    alerts: [{ entity: "shop" }],
    changes: [{ id: "v2" }],
  });
  expect([...bad.problems(), ...quiet.problems()]).toEqual([]);
});

it("gives every record without asOf", async () => {
  const { metrics, traces, alerts, changes } = await answers(await opened(withLater(calm, "shared/calm/")));
  expect([metrics?.[0]?.values, traces?.length, alerts?.length, changes?.length]).toEqual([[1, 2], 2, 2, 2]);
});

it("skips an alert without a time with asOf set, and says so", async () => {
  const timeless = { "alerts.jsonl": '{"timeUnixMs":null,"entity":"shop","name":"slow"}\n' };
  const asOfView = await opened(timeless, { asOf: AS_OF });
  expect(await asOfView.ask("alert")).toEqual([]);
  expect(asOfView.problems()).toMatchObject([{ source: "alerts.jsonl", line: 1 }]);
  const free = await opened(timeless);
  expect(await free.ask("alert", { range: { startMs: 0, endMs: 1 } })).toHaveLength(1);
});
