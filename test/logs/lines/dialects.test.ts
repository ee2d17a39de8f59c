import { expect, it } from "vitest";
import { EventReader } from "../../../src/logs/lines/event-reader.ts";
import { severityOf } from "../../../src/logs/lines/severity.ts";

const AT = "2026-03-01T09:26:45.376Z";
const ms = Date.parse(AT);

/** Time, severity and statement of a line, and the service or logger that it names. */
function eventOf(line: string) {
  const out: { at: string; severity: string; statement: string; writer: string | null }[] = [];
  const reader = new EventReader({ referenceMs: ms, fold: true }, (event) => {
    const statement = Buffer.from(event.text.subarray(event.textStart, event.textEnd)).toString("utf8");
    out.push({
      at: Number.isNaN(event.ms) ? "none" : new Date(Math.floor(event.ms)).toISOString(),
      severity: severityOf(event.level, statement),
      statement,
      writer: event.service ?? event.pod ?? event.logger,
    });
  });
  for (const part of line.split("\n")) reader.push(Buffer.from(part), 0, Buffer.byteLength(part));
  reader.flush();
  return out;
}

const DECLINED: readonly (readonly [string, string, string | null])[] = [
  ["pino", `{"level":50,"time":${ms},"pid":17,"hostname":"web","msg":"declined"}`, null],
  ["bunyan", `{"name":"shop","hostname":"w","pid":1,"level":50,"msg":"declined","time":"${AT}","v":0}`, "shop"],
  ["winston", `{"level":"error","message":"declined","timestamp":"${AT}"}`, null],
  ["winston with colours", `{"level":"\\u001b[31merror\\u001b[39m","message":"declined","timestamp":"${AT}"}`, null],
  ["zap", `{"level":"error","ts":1772357205.376,"logger":"http","caller":"a.go:1","msg":"declined"}`, "http"],
  ["zap, exponent", `{"level":"error","ts":1.772357205376e9,"msg":"declined"}`, null],
  ["zerolog", `{"level":"error","time":${ms},"message":"declined"}`, null],
  ["logrus", `{"level":"error","msg":"declined","time":"2026-03-01T10:26:45.376+01:00"}`, null],
  ["slog", `{"time":"2026-03-01T09:26:45.376123456Z","level":"ERROR","msg":"declined"}`, null],
  [
    "Rust tracing",
    `{"timestamp":"${AT}","level":"ERROR","fields":{"message":"declined"},"target":"shop::pay"}`,
    "shop::pay",
  ],
  ["ECS, dotted", `{"@timestamp":"${AT}","log.level":"error","message":"declined","service.name":"pay"}`, "pay"],
  ["ECS, nested", `{"@timestamp":"${AT}","log":{"level":"error","logger":"p"},"message":"declined"}`, "p"],
  ["Google Cloud", `{"severity":"ERROR","timestamp":"${AT}","textPayload":"declined"}`, null],
  ["Google Cloud, payload", `{"severity":"ERROR","timestamp":"${AT}","jsonPayload":{"message":"declined"}}`, null],
  [
    "Google Cloud, time as an object",
    `{"severity":"ERROR","timestamp":{"seconds":1772357205,"nanos":376000000},"message":"declined"}`,
    null,
  ],
  ["AWS Lambda", `{"timestamp":"${AT}","level":"ERROR","requestId":"8f","message":"declined"}`, null],
  ["a CloudWatch export", `{"timestamp":${ms},"message":"[ERROR] declined","ingestionTime":1772357209000}`, null],
  ["Azure", `{"time":"${AT}","level":"Error","resultDescription":"declined","category":"AppLogs"}`, "AppLogs"],
  ["Serilog compact", `{"@t":"${AT}","@m":"declined","@l":"Error","SourceContext":"Shop.Pay"}`, "Shop.Pay"],
  ["Serilog", `{"Timestamp":"${AT}","Level":"Error","RenderedMessage":"declined","Properties":{}}`, null],
  ["NLog", `{"time":"2026-03-01 09:26:45.3760","level":"ERROR","logger":"Shop.Pay","message":"declined"}`, "Shop.Pay"],
  [
    "log4j2",
    `{"instant":{"epochSecond":1772357205,"nanoOfSecond":376000000},"level":"ERROR","message":"declined"}`,
    null,
  ],
  [
    "log4j2, old",
    `{"timeMillis":${ms},"thread":"main","level":"ERROR","loggerName":"a.B","message":"declined"}`,
    "a.B",
  ],
  ["logstash", `{"@timestamp":"${AT}","@version":"1","message":"declined","level":"ERROR","level_value":40000}`, null],
  ["logback with a comma", `{"time":"2026-03-01 09:26:45,376","level":"ERROR","message":"declined"}`, null],
  [
    "python-json-logger",
    `{"asctime":"2026-03-01 09:26:45,376","levelname":"ERROR","name":"shop","message":"declined"}`,
    "shop",
  ],
  ["structlog", `{"event":"declined","level":"error","timestamp":"${AT}","logger":"shop"}`, "shop"],
  [
    "mongod",
    `{"t":{"$date":"2026-03-01T09:26:45.376+00:00"},"s":"E","c":"STORAGE","id":1,"msg":"declined"}`,
    "STORAGE",
  ],
  ["etcd", `{"level":"error","ts":"2026-03-01T09:26:45.376Z","caller":"embed/etcd.go:1","msg":"declined"}`, null],
  ["Caddy", `{"level":"error","ts":1772357205.376,"logger":"tls.obtain","msg":"declined"}`, "tls.obtain"],
  [
    "Elasticsearch",
    `{"type":"server","timestamp":"2026-03-01T09:26:45,376Z","level":"ERROR",` +
      `"component":"o.e.Node","message":"declined"}`,
    "o.e.Node",
  ],
  [
    "journald",
    `{"__REALTIME_TIMESTAMP":"1772357205376000","PRIORITY":"3","_SYSTEMD_UNIT":"pay.service","MESSAGE":"declined"}`,
    "pay.service",
  ],
  ["Fluent Bit", `{"date":1772357205.376,"level":"error","log":"declined","kubernetes":{"pod_name":"pay-0"}}`, "pay-0"],
  [
    "OpenTelemetry",
    `{"timeUnixNano":"1772357205376000000","severityNumber":17,"severityText":"ERROR",` +
      `"body":{"stringValue":"declined"}}`,
    null,
  ],
  ["OpenTelemetry, number alone", `{"observedTimestamp":"${AT}","severityNumber":17,"body":"declined"}`, null],
  ["GELF", `{"version":"1.1","host":"web","short_message":"declined","timestamp":1772357205.376,"level":3}`, null],
  ["a Loki export", `{"timestamp":"${AT}","labels":{"app":"pay"},"line":"level=error msg=declined"}`, "pay"],
  ["docker around text", `{"log":"${AT} ERROR declined\\n","stream":"stderr","time":"2026-03-01T09:26:45.9Z"}`, null],
  [
    "docker around pino",
    `{"log":"{\\"level\\":50,\\"time\\":${ms},\\"msg\\":\\"declined\\"}\\n","stream":"stdout","time":"${AT}"}`,
    null,
  ],
  ["CRI around zap", `2026-03-01T09:26:45.9Z stderr F {"level":"error","ts":1772357205.376,"msg":"declined"}`, null],
  ["logfmt", `ts=${AT} caller=a.go:1 level=error msg=declined`, null],
  ["logfmt, other order", `msg="declined" lvl=eror t=${AT} logger=pay`, "pay"],
];
it.each(DECLINED)("reads a line of %s", (_what, line, writer) => {
  const [event, ...others] = eventOf(line);
  expect(others).toEqual([]);
  expect(event).toMatchObject({ at: AT, severity: "error", writer });
  expect(event?.statement).toMatch(/^(?:\[ERROR\] )?declined$/);
});

it.each([
  [
    "controller-runtime",
    `{"level":"error","msg":"failed","error":"secret a/tls not found"}`,
    "failed: secret a/tls not found",
  ],
  [
    "pino",
    `{"level":50,"msg":"failed","err":{"type":"Error","message":"disk full",` +
      `"stack":"Error: disk full\\n    at save (/a.js:1:2)"}}`,
    "failed: disk full",
  ],
  [
    "mongod",
    `{"t":{"$date":"${AT}"},"s":"E","c":"WT","msg":"failed","attr":{"error":17,"message":"x: File exists"}}`,
    "failed: x: File exists",
  ],
  [
    "ECS",
    `{"log.level":"error","message":"failed","error.message":"disk full","error.stack_trace":"x"}`,
    "failed: disk full",
  ],
  [
    "Serilog",
    `{"@t":"${AT}","@l":"Error","@m":"failed","@x":"System.IO.IOException: disk full\\n   at A.B() in /b.cs:line 2"}`,
    "failed: System.IO.IOException: disk full",
  ],
  [
    "logstash",
    `{"level":"ERROR","message":"failed",` +
      `"stack_trace":"a.B: x\\n\\tat a.B.c(B.java:1)\\nCaused by: java.io.IOException: No space left on device\\n\\tat a.D.e(D.java:1)"}`,
    "failed: java.io.IOException: No space left on device",
  ],
  ["logfmt", `level=warn msg=failed err="open \\"x\\": disk full"`, `failed: open "x": disk full`],
  ["logrus text", `time="${AT}" level=error msg=failed error="disk full"`, "failed: disk full"],
  ["zap's console", `${AT}\terror\tpay/run.go:10\tfailed\t{"error": "disk full"}`, `failed\t{"error": "disk full"}`],
  [
    "a request",
    `{"level":"error","msg":"done","method":"GET","path":"/cart","status":502}`,
    `done: "GET /cart HTTP/1.1" 502`,
  ],
  [
    "a request of level info",
    `{"level":"info","msg":"done","method":"GET","path":"/cart","status":503}`,
    `done: "GET /cart HTTP/1.1" 503`,
  ],
  ["nginx", `{"time_iso8601":"${AT}","request":"GET /cart HTTP/1.1","status":"502"}`, `"GET /cart HTTP/1.1" 502`],
  [
    "Envoy",
    `{"start_time":"${AT}","method":"GET","path":"/cart","response_code":503,"response_flags":"UF"}`,
    `"GET /cart HTTP/1.1" 503`,
  ],
  [
    "a Kubernetes audit",
    `{"kind":"Event","stageTimestamp":"${AT}","verb":"get","requestURI":"/api/v1/pods","responseStatus":{"code":403}}`,
    `"get /api/v1/pods HTTP/1.1" 403`,
  ],
])("adds the reason to a bad line of %s", (_what, line, statement) => {
  expect(eventOf(line).map((event) => event.statement)).toEqual([statement]);
});
it.each([
  `{"level":"info","msg":"retrying","error":"disk full"}`,
  `{"level":"info","msg":"retrying","status":200,"method":"GET","path":"/"}`,
  `level=info msg=retrying err="disk full"`,
])("leaves the message of a good line as it is: %s", (line) => {
  expect(eventOf(line).map((event) => event.statement)).toEqual(["retrying"]);
});
it.each(["null", "false", '""', "[]", "{}"])("takes an error field of %s for none", (value) => {
  expect(eventOf(`{"level":"error","msg":"failed","error":${value}}`)[0]?.statement).toBe("failed");
});
it("reads what was cut off, and never fails on broken JSON", () => {
  expect(eventOf(`{"time":"${AT}","level":"error","msg":"decl`)[0]).toMatchObject({ at: AT, statement: "decl" });
  for (const line of ["{", '{"', '{"a', '{"a":', '{"a":"', '{"a":{', "{]}", '{"a":[{"b":"c"}', '{"msg":"\\'])
    expect(eventOf(line)).toHaveLength(1);
});
it("joins the parts of a line that a container runtime cut", () => {
  const at = "2026-03-01T09:26:45.376Z";
  const lines = [
    `${at} stdout P {"level":"error",`,
    `${at} stdout P "msg":"decl`,
    `${at} stdout F ined"}`,
    `${at} stdout F next`,
  ];
  expect(eventOf(lines.join("\n")).map(({ statement }) => statement)).toEqual(["declined", "next"]);
  const part = JSON.stringify({ log: "x".repeat(16_384), stream: "stdout", time: at });
  const last = JSON.stringify({ log: "end\n", stream: "stdout", time: at });
  expect(eventOf(`${part}\n${last}`).map(({ statement }) => statement.length)).toEqual([16_387]);
});
