import type { LogStream } from "../domain/telemetry.ts";
import type { MemoryBudget } from "./memory-budget.ts";

/** A log stream that can be read again while its bytes fit into memory. */
export type KeptStream = {
  stream: LogStream;
  /** Whether reading it now gives all of its bytes. */
  canRead(): boolean;
};

/** Keeps the bytes of a stream while they are read for the first time; none once they exceed the budget. */
export function keptStream(stream: LogStream, budget: MemoryBudget): KeptStream {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let state: "unread" | "reading" | "kept" | "lost" = "unread";
  const lose = (): void => {
    budget.give(keptBytes);
    [kept, keptBytes, state] = [[], 0, "lost"];
  };

  async function* firstReading(): AsyncGenerator<Uint8Array> {
    state = "reading";
    try {
      for await (const chunk of stream.chunks) {
        if (state === "reading" && budget.take(chunk.length)) {
          kept.push(chunk);
          keptBytes += chunk.length;
        } else if (state === "reading") lose();
        yield chunk;
      }
      if (state === "reading") state = "kept";
    } finally {
      if (state === "reading") lose(); // whoever read it broke off, or it failed
    }
  }
  async function* read(): AsyncGenerator<Uint8Array> {
    if (state === "kept") yield* kept;
    else yield* firstReading();
  }

  const canRead = (): boolean => state === "unread" || state === "kept";
  return { stream: { ...stream, canRead, chunks: { [Symbol.asyncIterator]: read } }, canRead };
}
