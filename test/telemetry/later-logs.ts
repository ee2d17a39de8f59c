import type { TelemetrySource } from "../../src/domain/ports.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import type { TimeWindow } from "../../src/domain/time.ts";

/** The contract's times are in 1970, which neither servers nor readers of lines take for times. */
const LATER_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
export const laterMs = (ms: number): number => ms + LATER_MS;

const later = ({ startMs, endMs }: TimeWindow): TimeWindow => ({ startMs: laterMs(startMs), endMs: laterMs(endMs) });

/** A source of logs whose records are later by a fixed time, as the contract sees them. */
export function readLater(source: TelemetrySource<"log">): TelemetrySource<"log"> {
  return {
    ...source,
    async query(query, options) {
      const { data, coverage } = await source.query({ ...query, range: later(query.range) }, options);
      return { data: data.map(earlier), coverage: { ...coverage, query } };
    },
    async metadata({ range, ...request }, options) {
      const found = await source.metadata(
        { ...request, range: later(range ?? { startMs: 0, endMs: DAY_MS }) },
        options,
      );
      const { extent } = found;
      return {
        ...found,
        extent: extent && { startMs: extent.startMs - LATER_MS, endMs: extent.endMs - LATER_MS },
      };
    },
  };
}

const earlier = (stream: LogStream): LogStream => ({ ...stream, chunks: earlierLines(stream.chunks) });

async function* earlierLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  const text = Buffer.concat(all).toString("utf8");
  yield Buffer.from(
    text.replaceAll(
      /"timeUnixNano":"(\d+)"/g,
      (_, nanos: string) => `"timeUnixNano":"${BigInt(nanos) - BigInt(LATER_MS) * 1_000_000n}"`,
    ),
  );
}
