import type Sqlite from "better-sqlite3";
import type { Script } from "../sql/script.ts";

/** Compiled statements that are kept; those of large batches vary too much in length. */
const MAX_STATEMENTS = 300;

type Waiting = { run: () => void; resolve: () => void; reject: (error: unknown) => void };

/**
 * Runs scripts in transactions. Scripts that wait at the same time are committed together, so the disk syncs once, not
 * once for each; each one still succeeds or fails alone. No result is returned before all of them are on disk.
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
              connection.transaction(one.run)(); // nested: a savepoint
            } catch (error) {
              if (!connection.inTransaction) throw error; // SQLite gave up the whole group, as on a full disk
              failed.set(one, error);
            }
          }
        })
        .immediate();
    } catch (error) {
      for (const one of group) one.reject(error);
      return;
    }
    for (const one of group) {
      if (failed.has(one)) one.reject(failed.get(one));
      else one.resolve();
    }
  }

  return <T>(script: () => Script<T>) =>
    new Promise<T>((resolve, reject) => {
      let done: { value: T } | null = null;
      waiting.push({
        run: () => void (done = { value: runScript(connection, statements, script()) }),
        resolve: () => done && resolve(done.value),
        reject,
      });
      if (waiting.length === 1) setImmediate(commit);
    });
}

/** Runs without a pause, so nothing else in this process interleaves. */
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
