import { CLOSE, code, HASH } from "./byte-codes.ts";
import type { WholeLines } from "./container-frames.ts";
import { JournalEntry, mayOpenVerbose, opensJournalEntry, VerboseEntry } from "./journal-entry.ts";
import type { JoinedEntry } from "./joined-entry.ts";
import { opensSlowQuery, SlowQueryEntry } from "./slow-query-entry.ts";
import type { StructuredLine } from "./structured-line.ts";

const UNDERSCORE = code("_");
/** A longer entry is cut. */
const MAX_LINES = 2000;

/**
 * Joins the lines of entries that are no line of their own: the journal's export and verbose forms, MySQL's slow query
 * log. Other lines pass unchanged, for the price of a look at their first and last byte.
 */
export class EntryJoiner implements WholeLines {
  private readonly receiver: WholeLines;
  private entry: JoinedEntry | null = null;
  private lines = 0;
  private frame: { nanos: bigint | null; fields: StructuredLine | null } = { nanos: null, fields: null };

  constructor(receiver: WholeLines) {
    this.receiver = receiver;
  }

  takeLine(
    bytes: Uint8Array,
    start: number,
    end: number,
    lines: number,
    nanos: bigint | null,
    fields: StructuredLine | null,
  ): void {
    if (this.entry !== null) {
      const step = this.lines < MAX_LINES ? this.entry.take(bytes, start, end) : "after";
      if (step !== "after") this.lines += lines;
      if (step !== "part") this.flush();
      if (step !== "after") return;
    }
    const first = bytes[start];
    const mayOpen = first === HASH || first === UNDERSCORE || bytes[end - 1] === CLOSE;
    const entry = mayOpen && end > start ? opened(bytes, start, end) : null;
    if (entry === null) return this.receiver.takeLine(bytes, start, end, lines, nanos, fields);
    this.entry = entry;
    this.lines = lines;
    this.frame = { nanos, fields };
  }

  /** Gives the entry so far. */
  flush(): void {
    const { entry, frame, lines } = this;
    if (entry === null) return;
    this.entry = null;
    const bytes = entry.joined();
    this.receiver.takeLine(bytes, 0, bytes.length, lines, frame.nanos, frame.fields);
  }
}

/** The entry that begins with a line, which is already in it. Null for other lines. */
function opened(bytes: Uint8Array, start: number, end: number): JoinedEntry | null {
  if (bytes[start] === UNDERSCORE && opensJournalEntry(bytes, start, end)) return begun(new JournalEntry());
  if (bytes[start] === HASH && opensSlowQuery(bytes, start, end)) return begun(new SlowQueryEntry());
  return mayOpenVerbose(bytes, start, end) ? VerboseEntry.open(bytes, start, end) : null;

  function begun(entry: JoinedEntry): JoinedEntry {
    entry.take(bytes, start, end);
    return entry;
  }
}
