import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { measureMemory, printMemorySpeed } from "../../../bench/memory-speed.ts";
import { openMemory } from "../../../compose/memory.ts";
import { loadConfig } from "../../../config.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";

type Flags = {
  incidents: number;
  queries: number;
  limit: number;
  settle: number;
  seed: number;
  keep: boolean;
  quiet?: boolean;
};

/** Never touches the memory in use. */
const PREFIX = "causeway-bench";

export function addMemoryStoreCommand(bench: Command, io: Io): void {
  bench
    .command("memory-store")
    .description("measure how fast a memory of generated incidents fills and searches: in QDRANT_URL, else in a file")
    .option("--incidents <n>", "number of incidents", Number, 20_000)
    .option("--queries <n>", "number of queries", Number, 300)
    .option("--limit <n>", "candidates for each query", Number, 50)
    .option("--settle <seconds>", "wait for the index of the server after the import", Number, 0)
    .option("--keep", "keep the collections for the next measurement", false)
    .option("--seed <n>", "seed of the generated incidents", Number, 1)
    .option("--quiet", "show no progress")
    .action(async ({ settle, quiet, ...flags }: Flags) => {
      const { qdrant, embedding } = loadConfig({}, io.env);
      const home = await mkdtemp(join(tmpdir(), "causeway-bench-"));
      const memory = await openMemory({
        home,
        embedding,
        qdrant: qdrant === null ? null : { ...qdrant, prefix: PREFIX, timeoutMs: 120_000 },
      });
      const progress = progressLine(io, quiet);
      try {
        const speed = await measureMemory(memory, {
          ...flags,
          settleMs: settle * 1000,
          onProgress: progress.say,
          signal: io.signal,
        }).finally(progress.end);
        print(io, printMemorySpeed(speed));
      } finally {
        await memory.store.close();
        await rm(home, { recursive: true, force: true });
      }
    });
}
