import { type Command, InvalidArgumentError } from "commander";
import { documentsNaming } from "../../app/memory/export-memory.ts";
import { openMemory } from "../../compose/memory.ts";
import { reembedMemory, restoreMemory, snapshotMemory } from "../../compose/memory-admin.ts";
import { loadConfig } from "../../config.ts";
import { DEFAULT_TENANT, incidentKey, type MemoryStore, modelId, type RemoveFilter } from "../../domain/memory.ts";
import type { Io } from "../io.ts";
import { print } from "../io.ts";
import { progressLine } from "../progress.ts";
import type { Done } from "../exit-codes.ts";
import { addPastCommands } from "./memory/past.ts";

type RemoveFlags = { before?: number; all?: boolean; person?: string; tenant: string };

const MISSING = "error: give incident ids, --person <name or e-mail>, --before <time>, or --all";
/** Shorter names are part of too many words. */
const MIN_NAME = 3;

const time = (text: string): number => {
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  throw new InvalidArgumentError("Give an ISO 8601 time, such as 2026-01-31.");
};

export function defineMemory(memory: Command, io: Io, done: Done): void {
  memory
    .command("show")
    .description("show size, place and embedding model of the memory")
    .option("--json", "print JSON")
    .action(({ json }: { json?: boolean }) =>
      withStore(io, async ({ store }) => {
        const { count, model } = await store.describe();
        print(
          io,
          json === true
            ? JSON.stringify({ store: store.name, count, model })
            : `${count === 1 ? "1 document" : `${count} documents`} in ${store.name}, embedded by ${modelId(model)}`,
        );
      }),
    );
  memory
    .command("reembed")
    .description(
      "embed all documents with the configured model; old vectors stay in use until the end; a second run resumes",
    )
    .option("--quiet", "show no progress")
    .action(async ({ quiet }: { quiet?: boolean }) => {
      const progress = progressLine(io, quiet);
      const onProgress = (done: number): void => progress.say(`embedded ${done}`);
      const count = await reembedMemory(loadConfig({}, io.env), { onProgress, signal: io.signal }).finally(
        progress.end,
      );
      print(io, count === 0 ? "nothing to do: all documents use this model" : `re-embedded ${count} documents`);
    });
  memory
    .command("snapshot")
    .description("write the memory in Qdrant, with its vectors, to a file")
    .argument("<file>", "the file to write")
    .action(async (file: string) => {
      await snapshotMemory(loadConfig({}, io.env), file);
      print(io, file);
    });
  memory
    .command("restore")
    .description("replace the memory in Qdrant by a snapshot; newer documents are lost")
    .argument("<file>", "a file from `causeway memory snapshot`")
    .action(async (file: string) => {
      await restoreMemory(loadConfig({}, io.env), file);
      print(io, `restored from ${file}`);
    });
  addPastCommands(memory, io, done);
  addRemove(memory, io);
}

function addRemove(memory: Command, io: Io): void {
  memory
    .command("remove")
    .alias("delete")
    .description("delete incidents for good, also from the store's files (but not from your snapshots)")
    .argument("[incident-ids...]", "the incidents to delete")
    .option("--person <name>", "all that contain this name or e-mail, or that this person reviewed")
    .option("--before <time>", "all that are older than this time", time)
    .option("--all", "all incidents")
    .option("--tenant <name>", "the tenant", DEFAULT_TENANT)
    .action(async (incidentIds: string[], flags: RemoveFlags, command: Command) => {
      const filter = chosen(incidentIds, flags);
      if (filter === null) return command.error(MISSING);
      return withStore(io, async ({ store }) => {
        const found = "person" in filter ? await naming(store, flags.tenant, filter.person, io) : filter;
        // Also with nothing found: this finishes an interrupted removal.
        print(io, `${await store.remove(found)} removed`);
      });
    });
}

/** Lists the documents that contain a name: a name may also be an ordinary word. */
async function naming(store: MemoryStore, tenant: string, person: string, io: Io): Promise<RemoveFilter> {
  const documents = await documentsNaming(store, tenant, person);
  for (const { kind, title } of documents)
    print(
      io,
      `${kind}: ${title}${kind === "incident" ? "" : " (returns on the next start while its source contains it)"}`,
    );
  return { ids: documents.map(({ id }) => id) };
}

/** The selection, or null unless exactly one kind is given. */
function chosen(
  incidentIds: readonly string[],
  { before, all = false, person, tenant }: RemoveFlags,
): RemoveFilter | { person: string } | null {
  if ([incidentIds.length > 0, before !== undefined, all, person !== undefined].filter(Boolean).length !== 1)
    return null;
  if (incidentIds.length > 0) return { ids: incidentIds.map((id) => incidentKey(tenant, id)) };
  if (person !== undefined) return person.trim().length < MIN_NAME ? null : { person };
  return before === undefined ? { tenant } : { tenant, beforeMs: before };
}

async function withStore(
  io: Io,
  use: (memory: Awaited<ReturnType<typeof openMemory>>) => Promise<void>,
): Promise<void> {
  const memory = await openMemory(loadConfig({}, io.env));
  try {
    await use(memory);
  } finally {
    await memory.store.close();
  }
}
