import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { exportDocuments } from "../../../app/memory/export-memory.ts";
import { openMemory } from "../../../compose/memory.ts";
import { importPastFrom } from "../../../compose/memory-admin.ts";
import { loadConfig } from "../../../config.ts";
import { DEFAULT_TENANT } from "../../../domain/memory.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print, tell } from "../../io.ts";
import { progressBar } from "../../progress-bar.ts";

const NAMED_FAULTS = 10;

/** `import` and `export`: read past incidents into the memory, and write all of it. */
export function addPastCommands(memory: Command, io: Io, done: Done): void {
  memory
    .command("import")
    .argument("<path>", "a file of JSON lines, or a folder of Markdown post-mortems")
    .description("import past incidents; known ones are skipped, so a second run resumes an interrupted import")
    .option("--tenant <name>", "the tenant", DEFAULT_TENANT)
    .option("--quiet", "show no progress")
    .action(async (path: string, { tenant, quiet }: { tenant: string; quiet?: boolean }) => {
      const opened = await openMemory(loadConfig({}, io.env));
      const bar = progressBar(io, "importing", quiet);
      try {
        const { written, known, kept, bad, notes } = await importPastFrom({ ...opened, tenant }, path, {
          onStart: bar.start,
          onProgress: bar.at,
          signal: io.signal,
        }).finally(bar.end);
        for (const { origin, what } of notes.slice(0, NAMED_FAULTS)) tell(io, `causeway: ${origin}: ${what}`);
        if (notes.length > NAMED_FAULTS) tell(io, `causeway: and ${notes.length - NAMED_FAULTS} more notes`);
        for (const { origin, why } of bad.slice(0, NAMED_FAULTS)) tell(io, `causeway: ${origin}: ${why}`);
        if (bad.length > NAMED_FAULTS) tell(io, `causeway: and ${bad.length - NAMED_FAULTS} more unreadable documents`);
        print(
          io,
          `${written} remembered, ${known} known already, ${kept} kept as they were judged, ${bad.length} not readable`,
        );
        done(bad.length > 0 ? EXIT.failed : EXIT.ok);
      } finally {
        await opened.store.close();
      }
    });
  memory
    .command("export")
    .argument("[file]", "the file to write; default: stdout")
    .description("write the memory as JSON lines, one document a line, for `import`")
    .option("--tenant <name>", "the tenant", DEFAULT_TENANT)
    .action(async (file: string | undefined, { tenant }: { tenant: string }) => {
      const { store } = await openMemory(loadConfig({}, io.env));
      try {
        if (file === undefined) for await (const line of exportDocuments(store, tenant)) io.stdout.write(line);
        else {
          await pipeline(exportDocuments(store, tenant), createWriteStream(file, { flags: "wx", mode: 0o600 })).catch(
            (cause: unknown) => {
              if (cause instanceof IncidentError) throw cause;
              throw new IncidentError("CONFIG", `${file} cannot be written`, {
                hint: "Give a file that does not exist yet, in a folder that you may write to.",
                cause,
              });
            },
          );
          print(io, file);
        }
      } finally {
        await store.close();
      }
    });
}
