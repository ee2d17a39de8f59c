import { expect, it } from "vitest";
import { severityOf } from "../../../src/logs/lines/severity.ts";
import { LineMiner } from "../../../src/logs/templates/line-miner.ts";

/** The severity of a line's template, as analyses see it. */
function severityIn(line: string) {
  let stated: string | null = null;
  const miner = new LineMiner({}, (_id, { level }) => (stated = level));
  const bytes = Buffer.from(line);
  miner.push(bytes, 0, bytes.length);
  return severityOf(stated, miner.templates.resolve().templates[0]?.text ?? "");
}

it.each([
  "job nightly finished: processed=27 errors=0 failed=0",
  "backup finished without errors",
  "err=nil error=<nil> done",
  "query done Query_time: 2.1 Killed: 0 Last_errno: 0",
  "registered exception handler for OrderFailedException",
  "feature flag alert-banner enabled",
  "timeout=30s configured for client",
  "check done, 0 errors, 0 warnings",
  "no errors found in 12 files",
  "sync complete failures: none",
  'sync complete {"errors":[],"failed":0}',
  "error_count=0 critical=0 warning=0",
  "scan ended, nothing failed",
  "log level set to error",
  "starting with --fail-on-error --max-retries=3",
  "restart policy is on-failure",
  "loaded error page /500.html",
  "error reporting enabled",
  "connect_timeout: 5s read_timeout: 30s",
  "retry policy: 3 attempts",
  "process exited with code 0",
  "critical-path planner is ready",
  "cache hit ratio 0.97, dropped=0, rejected=0",
  "the error budget of cart is 98 %",
  "packets: 12 sent, 0 errors",
  "last error: none",
  "panic=0 oops=0",
])("takes %s for information", (line) => {
  expect(severityIn(`2026-03-01T10:00:09Z ${line}`)).toBe("info");
});

it.each([
  ["connection to db refused", "error"],
  ["job 7 failed", "error"],
  ["could not open /var/lib/x: No space left on device", "error"],
  ["java.lang.IllegalStateException: no cart", "error"],
  ["request timed out after 30 s", "error"],
  ["ValueError: bad card", "error"],
  ["java.io.IOException: 77", "error"],
  ["error: 1205", "error"],
  ["failed to load configuration from /etc/x", "error"],
  ["Server be/s1 is DOWN, reason: Layer4 connection problem", "error"],
  ["Out of memory: Killed process 12 (java)", "fatal"],
  ["panic: runtime error: index out of range", "fatal"],
  ["FATAL ERROR: Reached heap limit Allocation failed", "fatal"],
  ["segfault at 0 ip 00007f", "fatal"],
  ["retrying in 5 s", "warn"],
  ["option x is deprecated", "warn"],
  ['10.0.0.1 "GET /cart HTTP/1.1" 502 12ms', "error"],
  ['10.0.0.1 "GET /cart HTTP/1.1" 404 12ms', "warn"],
  ['10.0.0.1 "GET /error HTTP/1.1" 200 12ms', "info"],
] as const)("judges %s, which states no level, by its words", (line, severity) => {
  expect(severityIn(`2026-03-01T10:00:09Z ${line}`)).toBe(severity);
});

it.each([
  ["info", "retrying after error: none left", "info"],
  ["LOG", "could not receive data from client: Connection reset by peer", "info"],
  ["debug", "request failed", "info"],
  ["WARN", "connection refused", "warn"],
  ["ERR", "card declined", "error"],
  ["fail", "card declined", "error"],
  ["SEVERE", "card declined", "error"],
  ["error", "fatal: out of memory", "fatal"],
  ["FTL", "bye", "fatal"],
  ["emerg", "bind() to 0.0.0.0:80 failed", "fatal"],
] as const)("keeps the level %s of %s", (level, text, severity) => {
  expect(severityOf(level, text)).toBe(severity);
});
