import { expect, it } from "vitest";
import { EventReader } from "../../src/logs/lines/event-reader.ts";
import type { LogEvent } from "../../src/logs/lines/log-event.ts";
import { requestIn } from "../../src/logs/requests/request-reader.ts";
import { REQUEST_METRICS, RequestSeries } from "../../src/logs/requests/request-series.ts";

function eventOf(line: string): Pick<LogEvent, "status" | "latencyMs"> {
  let read: Pick<LogEvent, "status" | "latencyMs"> = { status: -1, latencyMs: NaN };
  const reader = new EventReader({}, ({ status, latencyMs }) => (read = { status, latencyMs }));
  const bytes = Buffer.from(line);
  reader.push(bytes, 0, bytes.length);
  reader.flush();
  return read;
}

it.each([
  // nginx with its own fields, ingress-nginx, HAProxy
  ['10.0.0.1 - - [02/Mar/2026:10:00:00 +0000] "GET /a HTTP/1.1" 502 12 "-" "curl" rt=0.125 urt="0.124"', 502, 125],
  [
    "Feb 23 16:47:49 dock1 haproxy[1187]: 10.0.0.1:33362 [23/Feb/2026:16:47:49.756] fe be/s2 0/0/1/67/69 200 1260 - - " +
      '---- 6/6/3/2/0 0/0 "GET /c HTTP/1.1"',
    200,
    69,
  ],
  // pino-http, zap, lograge as JSON, Serilog, Envoy, GCP, ECS (nanoseconds), logfmt of Go and of Heroku
  [
    '{"level":30,"time":1,"req":{"method":"GET","url":"/a"},"res":{"statusCode":503},"responseTime":41,"msg":"x"}',
    503,
    41,
  ],
  [
    '{"level":"info","ts":1771865339.7,"msg":"served","method":"POST","path":"/v1","status":200,"duration_ms":4}',
    200,
    4,
  ],
  ['{"@timestamp":"2026-03-02T10:00:00Z","method":"GET","path":"/a","status":200,"duration":84.75}', 200, 84.75],
  [
    '{"@t":"2026-03-02T10:00:00Z","@m":"HTTP GET /a","RequestMethod":"GET","RequestPath":"/a","StatusCode":500,"Elapsed":12.5}',
    500,
    12.5,
  ],
  ['{"start_time":"2026-03-02T10:00:00Z","method":"GET","path":"/","response_code":503,"duration":7}', 503, 7],
  [
    '{"timestamp":"2026-03-02T10:00:00Z","httpRequest":{"requestMethod":"GET","requestUrl":"/","status":504,"latency":"1.5s"}}',
    504,
    1500,
  ],
  [
    '{"@timestamp":"2026-03-02T10:00:00Z","http":{"request":{"method":"GET"},"response":{"status_code":404}},"event":{"duration":2500000},"message":"m"}',
    404,
    2.5,
  ],
  ['ts=2026-03-02T10:00:00Z level=info msg="request served" method=GET path=/v1 status=200 duration_ms=11', 200, 11],
  ['2026-03-02T10:00:00Z app[router]: at=error code=H12 method=GET path="/" service=30000ms status=503', 503, 30000],
])("reads status and latency of %s", (line, status, latencyMs) => {
  expect(eventOf(line)).toEqual({ status, latencyMs });
});

it("takes a status without method and path for that of something else", () => {
  expect(eventOf('{"time":"2026-03-02T10:00:00Z","msg":"job done","status":200}').status).toBe(0);
});

it.each([
  ['172.18.1.103 "POST /api/import HTTP/1.1" 201 8ms', 201, 8],
  ['INFO:     10.0.0.3:51234 - "GET /items HTTP/1.1" 500 Internal Server Error', 500, NaN],
  ["method=GET path=/dashboard format=json status=200 duration=84.75 view=0.14 db=2.29", 200, 84.75],
  ['at=error code=H12 desc="Request timeout" method=GET path="/" connect=1ms service=30000ms status=503', 503, 30000],
  ["Completed 500 Internal Server Error in 84ms (ActiveRecord: 1.2ms)", 500, 84],
  ["Sent 200 in 12ms", 200, 12],
  ["GET /users/7 404 3.210 ms - 150", 404, 3.21],
])("finds the answered request in the text %s", (text, status, latencyMs) => {
  expect(requestIn(text)).toEqual({ status, latencyMs });
});

it.each([
  'HTTP Request: GET https://pay.example/v1/charge "HTTP/1.1 503 Service Unavailable"',
  'https://pay.example:443 "GET /v1/charge HTTP/1.1" 503 None',
  'upstream timed out, client: 10.0.0.1, request: "GET /a HTTP/1.1", upstream: "http://10.0.0.7:80/a"',
  "job 200 finished in 12ms",
])("takes no call to another server and no error message for an answered request: %s", (text) => {
  expect(requestIn(text)).toBeNull();
});

const MINUTE = 60_000;
/** Requests of half an hour, `perMinute` evenly spread; `of` gives each its status and latency. */
function counted(perMinute: number, of: (minute: number) => { status: number; latencyMs: number }): RequestSeries {
  const requests = new RequestSeries();
  for (let nth = 0; nth < 30 * perMinute; nth += 1) {
    const atMs = (nth * MINUTE) / perMinute;
    requests.add("edge", atMs, of(Math.floor(atMs / MINUTE)));
  }
  return requests;
}
const seriesNamed = (requests: RequestSeries, metric: string) =>
  requests.series().find((series) => series.metric === metric);

it("gives traffic, share of failed requests and latency of a service over time", () => {
  const requests = counted(60, (minute) => ({ status: minute < 20 ? 200 : 503, latencyMs: minute < 20 ? 10 : 900 }));
  const errors = seriesNamed(requests, REQUEST_METRICS.errors);
  expect(errors?.timesMs[1]).toBe(30_000);
  expect(errors?.values.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => 0));
  expect(errors?.values.slice(40)).toEqual(Array.from({ length: 20 }, () => 1));
  expect(seriesNamed(requests, REQUEST_METRICS.latency)?.values.at(-1)).toBe(900);
  expect(new Set(seriesNamed(requests, REQUEST_METRICS.traffic)?.values)).toEqual(new Set([60]));
});

it("widens its samples where requests are few, so that one failure is no share of a half", () => {
  const errors = seriesNamed(
    counted(4, () => ({ status: 200, latencyMs: NaN })),
    REQUEST_METRICS.errors,
  );
  expect(errors?.timesMs.slice(0, 2)).toEqual([0, 5 * MINUTE]);
});

it("gives no latency where the lines state none, and none of one line in a hundred", () => {
  let nth = 0;
  const requests = counted(60, () => ({ status: 200, latencyMs: (nth += 1) % 100 === 0 ? 5 : NaN }));
  expect(seriesNamed(requests, REQUEST_METRICS.latency)).toBeUndefined();
});
