import { expect, it } from "vitest";
import { EventReader } from "../../../src/logs/lines/event-reader.ts";
import { severityOf } from "../../../src/logs/lines/severity.ts";

const AT = "2026-06-02T08:15:30.000Z";

type Read = {
  at: string;
  severity: string;
  statement: string;
  status: number;
  latencyMs: number;
  logger: string | null;
};

/** The events of a log. Blank lines are left out. */
function eventsOf(text: string): Read[] {
  const out: Read[] = [];
  const reader = new EventReader({ referenceMs: Date.parse(AT), fold: true }, (event) => {
    if (event.rawStart === event.rawEnd) return;
    const statement = Buffer.from(event.text.subarray(event.textStart, event.textEnd)).toString("utf8");
    const { status, latencyMs, logger, level } = event;
    const at = Number.isNaN(event.ms) ? "none" : new Date(Math.floor(event.ms)).toISOString();
    out.push({ at, severity: severityOf(level, statement), statement, status, latencyMs, logger });
  });
  for (const line of text.split("\n")) reader.push(Buffer.from(line), 0, Buffer.byteLength(line));
  reader.flush();
  return out;
}

it.each([
  ["Laravel", "[2026-06-02 08:15:30] local.ERROR: card lost", "error", "card lost"],
  ["Symfony", "[2026-06-02T08:15:30+00:00] app.CRITICAL: card lost", "fatal", "card lost"],
  ["NestJS", "[Nest] 77  - 06/02/2026, 8:15:30 AM   ERROR [Pay] card lost", "error", "card lost"],
  ["Telegraf", "2026-06-02T08:15:30Z W! card lost", "warn", "card lost"],
  ["Windows' event log as CSV", "Error,6/2/2026 8:15:30 AM,Disk,7,None,bad block", "error", "Disk,7,None,bad block"],
  [
    "Keycloak",
    '2026-06-02 08:15:30,000 WARN  [org.k.events] (x-1) type="LOGIN", error="bad"',
    "warn",
    'type="LOGIN", ',
  ],
  ["unbound", "[1780388130] unbound[7:0] error: read failed", "error", "unbound[7:0] error: read failed"],
  ["Cisco", "Jun  2 08:15:30 10.0.0.1 77: *Jun  2 08:15:30.000: %SYS-2-X: no memory", "fatal", "no memory"],
  ["Cisco without a host", "<190>77: Jun  2 08:15:30.000: %SYS-4-X: Low memory", "warn", "Low memory"],
  ["SQL Server", "2026-06-02 08:15:30.00 spid7s      Error: 824, Severity: 24", "error", "Error: 824, Severity: 24"],
  ["auditd", "type=AVC msg=audit(1780388130.000:7): avc:  denied  { open }", "error", "avc:  denied  { open }"],
  [
    "Heroku's router",
    '2026-06-02T08:15:30+00:00 heroku[router]: at=error code=H10 desc="App crashed" method=GET path="/a" service=5ms status=503',
    "error",
    'App crashed: "GET /a HTTP/1.1" 503',
  ],
  [
    "Cloudflare",
    `{"ClientRequestMethod":"GET","ClientRequestURI":"/a","EdgeResponseStatus":522,"EdgeStartTimestamp":"${AT}"}`,
    "error",
    '"GET /a HTTP/1.1" 522',
  ],
  [
    "an audit log of Google Cloud",
    `{"protoPayload":{"status":{"code":8,"message":"no quota"},"methodName":"disks.insert"},"timestamp":"${AT}","severity":"ERROR"}`,
    "error",
    "disks.insert: no quota",
  ],
])("reads a line of %s", (_, line, severity, statement) => {
  const [event] = eventsOf(line);
  expect(event).toMatchObject({ at: AT, severity });
  expect(event?.statement.startsWith(statement)).toBe(true);
});

const call = (code: string, more = "") =>
  `{"level":"info","ts":"${AT}","msg":"finished call","grpc.service":"shop.Cart","grpc.method":"Get","grpc.code":${code}${more}}`;

it.each([
  ["a code by name", call('"Unavailable"', ',"grpc.time_ms":7.5'), "error", "shop.Cart/Get Unavailable", 503, 7.5],
  ["a code by number", call("4", ',"grpc.time_ms":"70"'), "error", "shop.Cart/Get DeadlineExceeded", 504, 70],
  ["capitals", call('"RESOURCE_EXHAUSTED"'), "warn", "shop.Cart/Get ResourceExhausted", 429, NaN],
  [
    "logfmt",
    `time=${AT} level=info msg="finished unary call" grpc.code=Internal grpc.method=/shop.Cart/Get duration=2s`,
    "error",
    "finished unary call: /shop.Cart/Get Internal",
    500,
    2000,
  ],
  ["a call that went well", call('"OK"', ',"grpc.time_ms":1'), "info", "finished call", 200, 1],
])("reads a call of gRPC with %s", (_, line, severity, statement, status, latencyMs) => {
  const [event] = eventsOf(line);
  expect(event).toMatchObject({ at: AT, severity, status, latencyMs });
  expect(event?.statement.endsWith(statement)).toBe(true);
});

it.each([
  [
    "IIS with all its fields, and no directive",
    "2026-06-02 08:15:30 W3SVC2 WEB 10.0.0.5 POST /a - 443 bob 10.1.1.1 HTTP/1.1 Moz - - a.b 503 2 1236 512 613 77",
    '"POST /a HTTP/1.1" 503',
    77,
  ],
  [
    "IIS without time-taken",
    "2026-06-02 08:15:30 10.0.0.5 GET /a - 80 - 10.1.1.1 Moz 404 0 2",
    '"GET /a HTTP/1.1" 404',
    NaN,
  ],
  [
    "uWSGI",
    "[pid: 7|app: 0|req: 1/1] 10.0.0.1 () {4 vars in 5 bytes} [Tue Jun  2 08:15:30 2026] PUT /a => generated 2 bytes in 77 msecs (HTTP/1.1 500) 1 headers",
    '"PUT /a HTTP/1.1" 500',
    77,
  ],
  ["Squid with a method of WebDAV", "1780388130.000 77 10.0.0.1 TCP_MISS/403 9 PROPFIND http://a.b/c - X/-", "403", 77],
  [
    "Envoy",
    '[2026-06-02T08:15:30.000Z] "GET /a HTTP/2" 503 UH no_healthy_upstream - "-" 0 19 77 - "-" "curl" "id" "a.b" "-" - - -',
    '"GET /a HTTP/2" 503 UH',
    77,
  ],
])("reads a request of %s", (_, line, statement, latencyMs) => {
  const [event] = eventsOf(line);
  expect(event).toMatchObject({ at: AT, latencyMs });
  expect(event?.statement.endsWith(statement)).toBe(true);
});

it("tells why Envoy closed a connection that is no request", () => {
  const line =
    '[2026-06-02T08:15:30.000Z] "- - -" 0 UF,URX - - "-" 0 0 9 - "-" "-" "-" "-" "10.0.0.1:5432" outbound|5432||db.shop - 10.0.0.1:5432 - -';
  expect(eventsOf(line)).toEqual([
    expect.objectContaining({
      at: AT,
      statement: "connection failed: UF,URX outbound|5432||db.shop",
      severity: "error",
    }),
  ]);
});

it("follows the fields of a W3C log when they change, and leaves its directives out", () => {
  const text = [
    "#Software: X",
    "#Date: 2026-06-02 08:00:00",
    "#Fields: time cs-uri-stem sc-status",
    "08:15:30 /a 500",
    "#Fields: date time s-reason cs-uri sc-status",
    "2026-06-02 08:15:30 AppOffline /b 503",
  ].join("\n");
  expect(eventsOf(text).map(({ at, status, statement }) => [at, status, statement.slice(-14)])).toEqual([
    [AT, 500, expect.stringMatching(/500$/)],
    [AT, 503, expect.stringMatching(/AppOffline$/)],
  ]);
});

it("keeps what AWS Lambda writes between the lines of a function apart", () => {
  const text = [
    "START RequestId: 7 Version: $LATEST",
    "[ERROR]\t2026-06-02T08:15:30.000Z\t7\tboom",
    "  at x",
    "END RequestId: 7",
    "REPORT RequestId: 7\tDuration: 3 ms",
  ].join("\n");
  expect(eventsOf(text)).toHaveLength(4);
});

it("reads a message that the journal wrote as bytes", () => {
  const line = `{"__REALTIME_TIMESTAMP":"${Date.parse(AT)}000","PRIORITY":"3","MESSAGE":[110,111,32,100,105,115,107]}`;
  expect(eventsOf(line)).toEqual([expect.objectContaining({ at: AT, statement: "no disk", severity: "error" })]);
});

it("never dates a JSON line without a year to 1970, and learns the year from other lines", () => {
  const read: number[] = [];
  const reader = new EventReader({ fold: true }, ({ ms }) => read.push(ms));
  const lines = [
    `{"time":"Jun 02 08:15:30","msg":"a"}`,
    `{"time":"${AT}","msg":"b"}`,
    `{"time":"Jun 02 08:15:30","msg":"c"}`,
  ];
  for (const line of lines) reader.push(Buffer.from(line), 0, Buffer.byteLength(line));
  reader.flush();
  expect(read).toEqual([NaN, Date.parse(AT), Date.parse(AT)]);
});
