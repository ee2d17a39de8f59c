import { IncidentError } from "../domain/errors.ts";
import type { LogStream } from "../domain/telemetry.ts";
import type { MemoryBudget } from "./memory-budget.ts";

/** A log stream that can be read again while its bytes fit into memory. */
export type KeptStream = {
  stream: LogStream;
  /** True if the stream can be read now and yields all of its bytes. */
  canRead(): boolean;
};

/**
 * Keeps the bytes of a stream during the first read; none once they exceed the budget. Several readers
 * at once share one read, and each gets all chunks. Without budget, a chunk is kept until all have read it.
 */
export function keptStream(stream: LogStream, budget: MemoryBudget): KeptStream {
  /** From chunk number `first` on. */
  let chunks: Uint8Array[] = [];
  let [first, keptBytes] = [0, 0];
  let isWhole = true; // nothing was let go
  let hasEnded = false;
  let source: AsyncIterator<Uint8Array> | null = null;
  let pulling: Promise<void> | null = null;
  const positions = new Set<{ next: number }>();

  const canRead = (): boolean => source === null || (isWhole && hasEnded);

  function letGo(): void {
    isWhole = false;
    budget.give(keptBytes);
    keptBytes = 0;
    const next = Math.min(first + chunks.length, ...[...positions].map((position) => position.next));
    chunks = chunks.slice(next - first);
    first = next;
  }

  async function pull(): Promise<void> {
    source ??= stream.chunks[Symbol.asyncIterator]();
    const { done, value } = await source.next();
    if (done === true) {
      hasEnded = true;
      return;
    }
    chunks.push(value);
    if (isWhole && budget.take(value.length)) keptBytes += value.length;
    else letGo();
  }

  /** The last reader left before the end, or the stream failed: what is kept would be only a part. */
  function leave(position: { next: number }): void {
    positions.delete(position);
    if (positions.size > 0 || (hasEnded && isWhole)) return;
    letGo();
    if (!hasEnded) void source?.return?.().catch(() => undefined);
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    if (!canRead() && !(isWhole && positions.size > 0)) throw notAgain(stream.origin);
    const position = { next: 0 };
    positions.add(position);
    try {
      for (;;) {
        while (position.next < first + chunks.length) {
          const chunk = chunks[position.next - first];
          position.next += 1;
          if (chunk !== undefined) yield chunk;
          if (!isWhole) letGo();
        }
        if (hasEnded) return;
        await (pulling ??= pull().finally(() => (pulling = null)));
      }
    } finally {
      leave(position);
    }
  }

  return { stream: { ...stream, canRead, chunks: { [Symbol.asyncIterator]: read } }, canRead };
}

const notAgain = (origin: string): IncidentError =>
  new IncidentError("UNAVAILABLE", `the lines of ${origin} were read before, and did not fit into memory`, {
    hint: "Query them again.",
  });
