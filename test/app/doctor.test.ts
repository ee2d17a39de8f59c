import { expect, it } from "vitest";
import { type DoctorPorts, examine } from "../../src/app/doctor.ts";
import { loadConfig } from "../../src/config.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { TelemetrySource } from "../../src/domain/ports.ts";
import { memorySource } from "../../src/telemetry/memory-source.ts";
import { NO_HOME } from "../no-home.ts";

const nothing = async (): Promise<never> => {
  throw new Error("not part of this test");
};
const portsWith = (...sources: DoctorPorts["sources"]): DoctorPorts => ({
  makeHome: nothing,
  requireSpace: nothing,
  recorded: { listIncidents: nothing },
  runbooks: { name: "none", listRunbooks: nothing },
  library: { open: nothing },
  readTopology: nothing,
  sources,
  openMemory: nothing,
  openStore: nothing,
  probe: nothing,
  probeModel: null,
  receivedSignals: nothing,
});
const checked = async (source: TelemetrySource<"metric">) => {
  const checks = await examine(portsWith(source), loadConfig({ home: NO_HOME }, {}), new AbortController().signal);
  return checks.find(({ name }) => name === `${source.name} metric`);
};

it("queries each live source, and reports the contents", async () => {
  const series = [{ entity: "cart", entityKind: "service", metric: "qps", timesMs: [1], values: [1] }];
  await expect(checked(memorySource("metric", "prometheus", async () => series))).resolves.toMatchObject({
    state: "ok",
    detail: "returns data: it lists 1 entities, 1 names",
  });
});

it("warns about a live source that lists nothing", async () => {
  const empty = memorySource("metric", "prometheus", async () => []);
  await expect(checked(empty)).resolves.toMatchObject({ state: "warning" });
});

it("gives the reason and the hint of a live source that cannot be queried", async () => {
  const down = memorySource("metric", "prometheus", async () => {
    throw new IncidentError("UNAVAILABLE", "Prometheus does not answer", { hint: "Check PROMETHEUS_URL." });
  });
  await expect(checked(down)).resolves.toMatchObject({
    state: "broken",
    detail: "not reached: Prometheus does not answer (Check PROMETHEUS_URL.)",
  });
});

it.each([
  [7_200_000, "warning", /^clock differs: .*its clock is 2 h ahead\. Set both clocks/],
  [-20_000, "ok", /^returns data: .*its clock is 20 s behind$/],
  [900, "ok", /^returns data: 3 series of up; the newest is \d s old$/],
])("judges a clock that is %d ms off", async (clockSkewMs, state, detail) => {
  const source = memorySource("metric", "prometheus", async () => []);
  const check = async () => ({
    hasData: true,
    sample: "3 series of up",
    newestMs: Date.now(),
    clockSkewMs,
    tenant: null,
    advice: [],
  });
  await expect(checked({ ...source, check })).resolves.toMatchObject({ state, detail: expect.stringMatching(detail) });
});

it.each([
  [
    200,
    [],
    "listening; nothing received yet; point your collector at http://127.0.0.1:8787/v1/otlp (`causeway connect",
  ],
  [200, ["trace"], "listening; no logs and no metrics received yet"],
  [200, ["log", "metric", "trace"], "listening; receives logs, metrics and traces"],
  [null, [], "not listening: start `causeway serve`; nothing received yet; point your collector at"],
] as const)(
  "says whether OpenTelemetry senders find Causeway (%s), and that %j arrived",
  async (status, received, wanted) => {
    const probe = async () => {
      if (status === null) throw new IncidentError("UNAVAILABLE", "nothing answers", { hint: "" });
      return status;
    };
    const ports = { ...portsWith(), probe, receivedSignals: async () => received };
    const config = loadConfig({ home: NO_HOME }, { CAUSEWAY_HOST: "0.0.0.0" });
    const checks = await examine(ports, config, new AbortController().signal);
    expect(checks.find(({ name }) => name === "otlp")).toMatchObject({
      state: "ok",
      detail: expect.stringMatching(new RegExp(`^${wanted.replaceAll(/[().]/g, "\\$&")}`)),
    });
  },
);

it("says that nothing fires where that is fine", async () => {
  const source = memorySource("metric", "alertmanager", async () => []);
  const check = async () => ({
    hasData: false,
    emptyWord: "nothing fires",
    sample: "Alertmanager 0.28",
    newestMs: null,
    clockSkewMs: null,
    tenant: null,
    advice: [],
  });
  await expect(checked({ ...source, check })).resolves.toMatchObject({
    state: "ok",
    detail: "nothing fires: Alertmanager 0.28",
  });
});
