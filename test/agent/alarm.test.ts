import { expect, it } from "vitest";
import { alarmOf } from "../../src/agent/alarm.ts";
import { sourceOf } from "../fakes.ts";
import { analyse } from "../../src/agent/analyse.ts";
import { Alert } from "../../src/domain/telemetry.ts";
import { ALARM_MS, incident, agentOver, metricsAnswering, spiking, steady, declaredTopology } from "./fakes.ts";

const alert = (entity: string, name: string): Alert => Alert.parse({ entity, name, timeUnixMs: ALARM_MS });
const unknown = { entry: null, target: null };

it("derives what the alarm is about from alerts on latency or errors, if they agree", () => {
  expect(alarmOf([alert("web", "HighLatency")], unknown)).toEqual({
    entry: "web",
    target: { entity: "web", metric: "HighLatency" },
  });
  expect(
    alarmOf([alert("web", "http_5xx_ratio"), alert("web", "availability"), alert("store", "cpu_usage")], unknown),
  ).toEqual({ entry: "web", target: { entity: "web", metric: "http_5xx_ratio" } });
  expect(alarmOf([alert("web", "HighLatency"), alert("web", "HighErrorRate")], unknown)).toEqual({
    entry: "web",
    target: null,
  });
  expect(alarmOf([alert("web", "HighLatency"), alert("store", "HighLatency")], unknown)).toEqual(unknown);
  expect(
    alarmOf([alert("web", "SloBurn"), alert("web", "DiskFull"), alert("web", "outbound_call_errors")], unknown),
  ).toEqual(unknown);
  expect(alarmOf([], unknown)).toEqual(unknown);
});

it("keeps what the incident gives", () => {
  const alarm = { entry: "gateway", target: { entity: "gateway", metric: "latency_p99_ms" } };
  expect(alarmOf([alert("web", "HighErrorRate")], alarm)).toEqual(alarm);
  expect(alarmOf([alert("web", "HighLatency")], { entry: "gateway", target: null })).toEqual({
    entry: "gateway",
    target: null,
  });
  expect(alarmOf([], { entry: null, target: alarm.target })).toEqual(alarm);
});

const onAlertAlone = async (series: typeof spiking) => {
  const alerts = sourceOf("alert", [alert("gateway", "HighLatency")]);
  const agent = await agentOver(
    { metrics: metricsAnswering(series), topology: declaredTopology, alerts },
    {},
    { ...incident, entry: null },
  );
  return (await analyse(agent, "inc-1", { analysisId: "an-1" })).report;
};

it("finds the cause when an alert is the only input", async () => {
  expect(await onAlertAlone(spiking)).toMatchObject({ verdict: "root_cause", root_causes: [{ entity: "stock" }] });
});

it("finds no incident when an alert fires and its metric is normal", async () => {
  expect(await onAlertAlone(steady)).toMatchObject({ verdict: expect.not.stringMatching("root_cause") });
});
