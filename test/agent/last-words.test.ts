import { describe, expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { sourceOf } from "../fakes.ts";
import { agentOver, incident } from "./fakes.ts";

const ALARM_MS = Date.parse("2026-06-03T10:21:00Z");

async function reportOf(lines: readonly string[]) {
  const stream: LogStream = {
    origin: "relay.log",
    framing: "raw",
    service: "relay",
    chunks: {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from(`${lines.join("\n")}\n`);
      },
    },
  };
  const about = { ...incident, entry: "relay", alarmAtMs: ALARM_MS, window: null, target: null };
  const agent = await agentOver({ logs: sourceOf("log", [stream]) }, { review: false }, about);
  return (await analyse(agent, "inc-1", { analysisId: "an-1" })).report;
}

/** Logs of programs that died while they started, of different products, and the cause that the last line states. */
const DEATHS: readonly [string, string, string[]][] = [
  [
    "nginx, one line",
    "dns_failure",
    ['2026/06/03 10:20:00 [emerg] 1#1: host not found in upstream "orders" in /etc/nginx/nginx.conf:12'],
  ],
  [
    "Postgres",
    "disk_full",
    [
      "2026-06-03 10:20:00.001 UTC [1] LOG:  starting PostgreSQL 16.2",
      '2026-06-03 10:20:00.010 UTC [1] FATAL:  could not write lock file "postmaster.pid": No space left on device',
    ],
  ],
  [
    "pino, both lines in one millisecond",
    "bad_config",
    [
      '{"level":30,"time":1780482000100,"msg":"booting"}',
      '{"level":60,"time":1780482000100,"err":{"message":"DATABASE_URL environment variable is not set"},"msg":"cannot start"}',
    ],
  ],
  [
    "Rust, same instant",
    "open_files_exhausted",
    [
      "2026-06-03T10:20:00.000000Z  INFO relay: listening on 0.0.0.0:9000",
      '2026-06-03T10:20:00.000000Z ERROR relay: panicked at src/book.rs:88: Os { code: 24, message: "Too many open files" }',
    ],
  ],
  [
    "zap in lines of a container",
    "bad_config",
    [
      '2026-06-03T10:20:00.120Z stderr F {"level":"info","ts":"2026-06-03T10:20:00Z","msg":"relay 2.1"}',
      '2026-06-03T10:20:00.120Z stderr F {"level":"fatal","msg":"cannot load config","error":"open /etc/relay.yaml: no such file or directory"}',
    ],
  ],
  [
    "gunicorn, half a minute later",
    "memory_exhaustion",
    [
      "[2026-06-03 10:20:00 +0000] [7] [INFO] Booting worker with pid: 8",
      "[2026-06-03 10:20:41 +0000] [7] [ERROR] Worker (pid:8) was sent SIGKILL! Perhaps out of memory?",
      "[2026-06-03 10:20:41 +0000] [9] [INFO] Booting worker with pid: 9",
    ],
  ],
];

describe("a log that ends with the death of its program", () => {
  it.each(DEATHS)("names the program and the cause that it states: %s", async (_, cause, lines) => {
    const { verdict, hypotheses, evidence, not_checked: gaps } = await reportOf(lines);
    expect(verdict).toBe("inconclusive");
    expect(hypotheses[0]).toMatchObject({ entity: "relay", category: cause });
    expect(evidence[0]?.kind).toBe("log.new-template");
    expect(gaps.map(({ why }) => why).join()).not.toContain("defect");
  });

  it("finds the error before a dozen retries", async () => {
    const { hypotheses } = await reportOf([
      "2026-06-03T10:20:00Z INFO starting",
      "2026-06-03T10:20:01Z FATAL x509: certificate has expired or is not yet valid",
      ...Array.from({ length: 12 }, (_, n) => `2026-06-03T10:20:${String(2 + 2 * n).padStart(2, "0")}Z INFO waiting`),
    ]);
    expect(hypotheses[0]).toMatchObject({ entity: "relay", category: "certificate_expired" });
  });
});
