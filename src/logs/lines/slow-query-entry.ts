import { type EntryStep, type JoinedEntry, lineText } from "./joined-entry.ts";
import { Prefixes } from "./prefixes.ts";

const OPENING = new Prefixes("# Time: |# User@Host: ");
const FIELDS =
  /^# (?:Time: |User@Host: |Query_time: |Thread_id: |Schema: |Rows_|Bytes_|Full_|Filesort|Tmp_|QC_|InnoDB_|Log_|No InnoDB|Profile_|explain: )/;
/** What mysqld writes when it opens the file. */
const BANNER = /, Version: .*started with:$|^Tcp port: /;
const SET_TIME = /^SET timestamp=(\d{9,10})(?:\.\d+)?;$/i;
const MAX_STATEMENT_CHARS = 16_000;

/** True if an entry of MySQL's slow query log begins here. */
export const opensSlowQuery = (bytes: Uint8Array, start: number, end: number): boolean =>
  OPENING.has(bytes, start, end);

/**
 * An entry of the slow query log of MySQL, MariaDB or Percona: `# Time:`, `# User@Host:`, `# Query_time:`, and the
 * statement, in one line: `<time> Query_time: 12.3 …: SELECT …`. The time is missing in old logs where it is that of
 * the entry before; `SET timestamp` has it then.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html
 */
export class SlowQueryEntry implements JoinedEntry {
  private time = "";
  private measures = "";
  private statement = "";

  take(bytes: Uint8Array, start: number, end: number): EntryStep {
    const text = lineText(bytes, start, end).trim();
    if (FIELDS.test(text)) {
      const opensNext = OPENING.has(bytes, start, end) && (this.measures !== "" || text.startsWith("# Time: "));
      if (this.statement !== "" || (opensNext && this.time + this.measures !== "")) return "after";
      if (text.startsWith("# Time: ")) this.time = text.slice("# Time: ".length).replaceAll(/\s+/g, " ");
      else if (text.startsWith("# Query_time: ")) this.measures = text.slice(2).replaceAll(/\s+/g, " ");
      return "part";
    }
    if (BANNER.test(text)) return "after";
    const seconds = SET_TIME.exec(text)?.[1];
    if (seconds !== undefined && this.time === "") this.time = new Date(Number(seconds) * 1000).toISOString();
    if (seconds !== undefined || /^use \S+;$/i.test(text)) return "part";
    if (this.statement.length < MAX_STATEMENT_CHARS) this.statement = `${this.statement} ${text}`.trim();
    return "part";
  }

  joined(): Uint8Array {
    const parts = [this.measures, this.statement].filter((part) => part !== "");
    return Buffer.from(`${this.time} ${parts.join(": ")}`.trim());
  }
}
