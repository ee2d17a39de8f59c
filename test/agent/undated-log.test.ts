import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { sourceOf } from "../fakes.ts";
import { agentOver, incident } from "./fakes.ts";

async function reportOf(trouble: string) {
  const lines = [...Array.from({ length: 200 }, (_, nth) => `served page ${nth}`), ...Array(40).fill(trouble)];
  const stream: LogStream = {
    origin: "web.log",
    framing: "raw",
    service: "web",
    chunks: {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from(`${lines.join("\n")}\n`);
      },
    },
  };
  const agent = await agentOver({ logs: sourceOf("log", [stream]) }, { review: false }, { ...incident, entry: null });
  return (await analyse(agent, "inc-1", { analysisId: "an-1" })).report;
}

it.each([
  ["Failed to resolve 'db.shop' ([Errno -3] Temporary failure in name resolution)", "dns_failure"],
  ["OSError: [Errno 28] No space left on device: '/data/a'", "disk_full"],
  ["ERROR: java.lang.OutOfMemoryError: Java heap space", "memory_exhaustion"],
])(
  "lets a log without times suggest a cause, without an onset and without blaming for certain: %s",
  async (line, cause) => {
    const { verdict, onset, hypotheses, evidence, not_checked: gaps } = await reportOf(line);
    expect(verdict).toBe("inconclusive");
    expect(onset).toBeNull();
    expect(hypotheses[0]?.category).toBe(cause);
    expect(evidence).toContainEqual(expect.objectContaining({ kind: "log.undated", onset: null }));
    expect(gaps.map(({ why }) => why).join("\n")).toContain("web.log: 0 of 240 lines have a time that could be read");
  },
);
