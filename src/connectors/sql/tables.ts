import type { Kysely } from "kysely";
import type { ChatThreadTables } from "./chat-thread-tables.ts";
import type { ServiceTables } from "./service-tables.ts";
import type { Script } from "./script.ts";

/** Own tables, as kysely types. Times are Unix milliseconds; `body` is JSON of the domain's schema of that name. */
export type Tables = ServiceTables &
  ChatThreadTables & {
    analyses: { id: string; incident_id: string; status: string; started_at_ms: number };
    /** `key`: hash of the body. */
    findings: { analysis_id: string; key: string; body: string };
    bodies: { analysis_id: string; name: string; body: string };
    reports: { analysis_id: string; incident_id: string; body: string };
    actions: { id: string; analysis_id: string; position: number; body: string };
    decisions: {
      action_id: string;
      decision: "approved" | "rejected";
      decided_by: string;
      at_ms: number;
      note: string | null;
      script_sha256: string;
    };
    /** Who works on an analysis now. */
    leases: { analysis_id: string; owner: string; until_ms: number };
  };

/**
 * An open database, whatever its dialect. A write is one statement, or a script: SQLite waits for a lock with the event loop stopped, so a
 * transaction held over an `await` would block every other connection of this process, and be blocked by it.
 */
export type Sql = {
  db: Kysely<Tables>;
  /**
   * Runs a question.
   *
   * @throws {IncidentError} instead of the driver's own failures: UNAVAILABLE, CONFIG or BAD_INPUT for a database that cannot be asked,
   *   NOT_FOUND for a row that refers to one that is not there.
   */
  asking<T>(question: () => Promise<T>): Promise<T>;
  /** Runs a script in one transaction: all of it, or nothing where it throws. @throws {IncidentError} as `asking` does, and what the script throws. */
  transact<T>(script: () => Script<T>): Promise<T>;
  /** Has scripts with the same key wait for one another. Nothing in SQLite, where all do. */
  lock(key: string): Script<void>;
  close(): Promise<void>;
};
