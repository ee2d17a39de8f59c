import type Sqlite from "better-sqlite3";
import type { Script } from "../sql/script.ts";

/** Statements that are kept compiled; those of large batches come in too many lengths. */
const MAX_STATEMENTS = 300;

type Waiting = { run: () => void; tell: () => void; refuse: (error: unknown) => void };

/**
 * Runs scripts in transactions. Those that wait at the same time are committed together, each by itself all or nothing: the disk is waited for once, not once for each.
 * Nobody is told before all of them are on disk.
 */
export function groupedTransactions(connection: Sqlite.Database): <T>(script: () => Script<T>) => Promise<T> {
  const statements = new Map<string, Sqlite.Statement>();
  let waiting: Waiting[] = [];

  function commit(): void {
    const group = waiting;
    waiting = [];
    const failed = new Map<Waiting, unknown>();
    try {
      connection
        .transaction(() => {
          for (const one of group) {
            try {
              connection.transaction(one.run)(); // within the other: a savepoint
            } catch (error) {
              if (!connection.inTransaction) throw error; // SQLite gave up the whole group, as on a full disk
              failed.set(one, error);
            }
          }
        })
        .immediate();
    } catch (error) {
      for (const one of group) one.refuse(error);
      return;
    }
    for (const one of group) {
      if (failed.has(one)) one.refuse(failed.get(one));
      else one.tell();
    }
  }

  return <T>(script: () => Script<T>) =>
    new Promise<T>((resolve, reject) => {
      let done: { value: T } | null = null;
      waiting.push({
        run: () => void (done = { value: runScript(connection, statements, script()) }),
        tell: () => done && resolve(done.value),
        refuse: reject,
      });
      if (waiting.length === 1) setImmediate(commit);
    });
}

/** Without a pause: nothing else of this process gets in between. */
function runScript<T>(connection: Sqlite.Database, statements: Map<string, Sqlite.Statement>, script: Script<T>): T {
  let step = script.next([]);
  while (step.done !== true) {
    const { sql: text, parameters } = step.value;
    const statement = statements.get(text) ?? connection.prepare(text);
    if (statements.size < MAX_STATEMENTS) statements.set(text, statement);
    step = script.next(statement.reader ? statement.all(...parameters) : (statement.run(...parameters), []));
  }
  return step.value;
}
