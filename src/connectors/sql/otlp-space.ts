import { type Kysely, sql as raw } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import type { OtlpSignal } from "../../domain/otlp.ts";
import { execute, type Script } from "./script.ts";
import type { Tables } from "./tables.ts";

/** With less free disk, the oldest records make way for new ones, so that the file does not grow. */
const LOW_BYTES = 64 * 1024 * 1024;
/** The last megabytes are for analyses, and for the log of changes that SQLite needs even to delete. */
const MIN_BYTES = 16 * 1024 * 1024;
const RETRY_AFTER_MS = 60_000;
/** A block takes more than its bytes: it fills whole pages, and its row and indexes others. */
const NEEDED_SHARE = 1.1;
const NEEDED_BYTES = 64 * 1024;
const FREE_PAGES = raw<{
  bytes: number;
}>`select freelist_count * page_size as bytes from pragma_freelist_count, pragma_page_size`;
/** Blocks that are read to find the oldest ones. */
const LISTED = 200;

/** True if SQLite failed because the disk is full, or the file as large as it may become. */
export function isDiskFull(error: unknown): boolean {
  const cause = error instanceof IncidentError ? error.cause : null;
  return typeof cause === "object" && cause !== null && "code" in cause && cause.code === "SQLITE_FULL";
}

/**
 * Whether a block may make the file grow.
 *
 * @param freeBytes of the disk. @throws {IncidentError} UNAVAILABLE if it is full
 */
export function mayGrow(freeBytes: number, blockBytes: number): boolean {
  if (freeBytes >= LOW_BYTES) return true;
  if (freeBytes >= MIN_BYTES + blockBytes) return false;
  const megabytes = (freeBytes / 1024 / 1024).toFixed(1);
  throw new IncidentError("UNAVAILABLE", `the disk is full: ${megabytes} MB left for otlp.db`, {
    hint: "Free disk space, or set CAUSEWAY_HOME to a folder on another disk.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/**
 * Deletes the oldest blocks of a signal in a file of SQLite, until a new one fits into the pages that are free then.
 * Other signals keep theirs.
 */
export function* makeSpace(db: Kysely<Tables>, signal: OtlpSignal, blockBytes: number): Script<void> {
  const [pages] = yield* execute({ compile: () => FREE_PAGES.compile(db) });
  let missing = blockBytes * NEEDED_SHARE + NEEDED_BYTES - (pages?.bytes ?? 0);
  const oldest = yield* execute(
    db
      .selectFrom("otlp_blocks")
      .select(["id", "bytes"])
      .where("signal", "=", signal)
      .orderBy("received_at_ms")
      .orderBy("bytes")
      .orderBy("id")
      .limit(LISTED),
  );
  const going: string[] = [];
  for (const block of oldest) {
    if (missing <= 0) break;
    going.push(block.id);
    missing -= block.bytes;
  }
  if (going.length > 0) yield* execute(db.deleteFrom("otlp_blocks").where("id", "in", going));
}
