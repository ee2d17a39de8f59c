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

/** Never the memory that is in use. */
const PREFIX = "causeway-bench";

export function addMemoryStoreCommand(bench: Command, io: Io): void {
  bench
    .command("memory-store")
    .description(
      "how fast a memory of made incidents is filled and searched: the Qdrant of QDRANT_URL, in collections of its own, else a file",
    )
    .option("--incidents <n>", "how many are remembered", Number, 20_000)
    .option("--queries <n>", "how many questions", Number, 300)
    .option("--limit <n>", "candidates of a question", Number, 50)
    .option("--settle <seconds>", "wait for the server's index after the import", Number, 0)
    .option("--keep", "leave them in the Qdrant, for the next measurement", false)
    .option("--seed <n>", "of the made incidents", Number, 1)
    .option("--quiet", "no progress")
    .action(async ({ settle, quiet, ...told }: Flags) => {
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
          ...told,
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
