import { setImmediate as turn } from "node:timers/promises";
import type Sqlite from "better-sqlite3";
import { sql as raw } from "kysely";
import type { StoreSpace } from "../../domain/retention.ts";
import type { SqlSpace } from "../sql/tables.ts";
import { storeError } from "./errors.ts";

/** Pages given back in one statement: writers wait no longer than that takes. */
const STEP_PAGES = 2_000;
/** `auto_vacuum = INCREMENTAL` */
const INCREMENTAL = 2;

/** Size of a SQLite file, and how its free pages go back to the disk. `path`: for messages. */
export function sqliteSpace(connection: Sqlite.Database, path: string): SqlSpace {
  const number = (pragma: string): number => Number(connection.pragma(pragma, { simple: true }));
  const attempt = <T>(query: () => T): T => {
    try {
      return query();
    } catch (cause) {
      throw storeError(cause, path);
    }
  };
  return {
    bytes: (column) => raw<number>`octet_length(${raw.ref(column)})`,

    space: async (): Promise<StoreSpace> =>
      attempt(() => ({
        usedBytes: number("page_count") * number("page_size"),
        freeBytes: number("freelist_count") * number("page_size"),
      })),

    /**
     * A new file gives free pages back in small steps. A file of an older version does so once it was rewritten with
     * `full`, which needs as much free disk as the file takes.
     */
    async giveBack({ full }) {
      if (full)
        attempt(() => {
          connection.pragma(`auto_vacuum = ${INCREMENTAL}`);
          connection.exec("vacuum");
        });
      else
        while (number("auto_vacuum") === INCREMENTAL && number("freelist_count") > 0) {
          const before = number("freelist_count");
          attempt(() => connection.exec(`pragma incremental_vacuum(${STEP_PAGES})`));
          if (number("freelist_count") >= before) break;
          await turn();
        }
      attempt(() => connection.pragma("wal_checkpoint(TRUNCATE)"));
    },
  };
}
