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

const MISSING = "error: say which incidents: their ids, --person <name or e-mail>, --before <time>, or --all";
/** Shorter names stand in too many words. */
const MIN_NAME = 3;

const time = (text: string): number => {
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  throw new InvalidArgumentError("It takes an ISO 8601 time, such as 2026-01-31.");
};

export function defineMemory(memory: Command, io: Io, done: Done): void {
  memory
    .command("show")
    .description("how much is remembered, where, and which model embeds it")
    .option("--json", "as JSON")
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
      "embed everything anew with the model that is configured; the old vectors answer until the new are complete, and an interrupted run is gone on with",
    )
    .option("--quiet", "no progress")
    .action(async ({ quiet }: { quiet?: boolean }) => {
      const progress = progressLine(io, quiet);
      const onProgress = (done: number): void => progress.say(`embedded ${done}`);
      const count = await reembedMemory(loadConfig({}, io.env), { onProgress, signal: io.signal }).finally(
        progress.end,
      );
      print(
        io,
        count === 0 ? "nothing to do: what is remembered is of this model" : `${count} documents embedded anew`,
      );
    });
  memory
    .command("snapshot")
    .description("write a Qdrant's memory, vectors and all, into a file")
    .argument("<file>", "where to")
    .action(async (file: string) => {
      await snapshotMemory(loadConfig({}, io.env), file);
      print(io, file);
    });
  memory
    .command("restore")
    .description("put what a snapshot holds in place of a Qdrant's memory; what was remembered since is lost")
    .argument("<file>", "what `causeway memory snapshot` has written")
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
    .description("forget incidents for good: no copy stays in the store's files (of snapshots you took, you take care)")
    .argument("[incident-ids...]", "which")
    .option("--person <name>", "all in which this name or e-mail stands, or which this person judged")
    .option("--before <time>", "all that are older", time)
    .option("--all", "everything")
    .option("--tenant <name>", "whose", DEFAULT_TENANT)
    .action(async (incidentIds: string[], flags: RemoveFlags, command: Command) => {
      const filter = chosen(incidentIds, flags);
      if (filter === null) return command.error(MISSING);
      return withStore(io, async ({ store }) => {
        const found = "person" in filter ? await naming(store, flags.tenant, filter.person, io) : filter;
        print(io, `${await store.remove(found)} removed`); // also where nothing is found any more: a removal that was cut off is finished
      });
    });
}

/** Says what it is that names somebody: a name may be a word as well. */
async function naming(store: MemoryStore, tenant: string, person: string, io: Io): Promise<RemoveFilter> {
  const documents = await documentsNaming(store, tenant, person);
  for (const { kind, title } of documents)
    print(io, `${kind}: ${title}${kind === "incident" ? "" : " (comes back while its source says so)"}`);
  return { ids: documents.map(({ id }) => id) };
}

/** One way of saying it, or none. */
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
