import { z } from "zod";
import type { QueryDoor } from "../backend.ts";
import { textLines } from "../victorialogs/text-lines.ts";
import { exportEntries, type JournalFields } from "./export-entries.ts";

/** Values that fields must have: one of each field. */
export type JournalMatches = Readonly<Record<string, readonly string[]>>;
/** Where to begin: a time in Unix milliseconds, after an entry, or at the newest ones. */
export type JournalStart = { fromMs: number } | { after: string } | "newest";

/** What tells a gateway from any other server. */
const Gateway = z.object({
  boot_id: z.string(),
  cutoff_from_realtime: z.coerce.number().optional(),
  cutoff_to_realtime: z.coerce.number().optional(),
});
const EXPORT = "application/vnd.fdo.journal";
/** Cursors go back into a header. */
const CURSOR = /^[\w;=-]{1,400}$/;

type Options = { signal?: AbortSignal | undefined };

/**
 * The requests to systemd-journal-gatewayd. They throw {IncidentError} as `HttpDoor` does. Entries are selected by
 * fields alone. Older versions know no range of times, but a cursor that has nothing but a time begins there in all
 * versions.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd-journal-gatewayd.service.html
 */
export function journalClient(http: QueryDoor) {
  return {
    /** Checks that this is a gateway. `newestMs`: of the whole journal. */
    async identify({ signal }: Options): Promise<{ newestMs: number | null }> {
      const { cutoff_to_realtime: newest } = await http.json({ path: "/machine", signal }, Gateway);
      return { newestMs: newest === undefined ? null : newest / 1_000 };
    },

    clockMs: ({ signal }: Options): Promise<number | null> => http.clockMs({ path: "/machine", signal }),

    /** The values of a field, at most `limit`. */
    async values(field: string, limit: number, { signal }: Options): Promise<string[]> {
      const found: string[] = [];
      for await (const line of textLines(await http.stream({ path: `/fields/${encodeURIComponent(field)}`, signal }))) {
        if (found.length >= limit) break;
        found.push(line);
      }
      return found;
    },

    /**
     * Entries in the order of the journal, the first `count` from `start`, or after `skip` of them. The gateway repeats
     * the last entry where none are left; it is dropped after a cursor.
     */
    async *entries(
      matches: JournalMatches,
      start: JournalStart,
      { count, skip = 0, signal }: Options & { count: number; skip?: number },
    ): AsyncGenerator<JournalFields> {
      const range =
        start === "newest"
          ? `:-${count}:${count}`
          : "after" in start
            ? `${start.after}:${skip + 1}:${count}`
            : `t=${Math.max(0, Math.floor(start.fromMs * 1_000)).toString(16)}:${skip}:${count}`;
      const headers = { accept: EXPORT, range: `entries=${range}` };
      const body = await http.stream({
        path: "/entries",
        query: matches,
        headers,
        signal,
        maxBytes: Number.MAX_SAFE_INTEGER,
      });
      const before = start !== "newest" && "after" in start ? start.after : null;
      let given = 0;
      for await (const entry of exportEntries(body)) {
        if (entry.__CURSOR === undefined || entry.__CURSOR === before) continue;
        if (given >= count) return;
        given += 1;
        yield entry;
      }
    },
  };
}
export type JournalClient = ReturnType<typeof journalClient>;

export const isCursor = (text: string): boolean => CURSOR.test(text);
