import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { storeError } from "../../../src/connectors/sqlite/errors.ts";

it.each([
  ["SQLITE_FULL", "UNAVAILABLE", /disk is full/],
  ["SQLITE_READONLY_DBMOVED", "CONFIG", /cannot be written to/],
  ["SQLITE_CANTOPEN", "CONFIG", /cannot be opened/],
  ["SQLITE_CORRUPT_INDEX", "BAD_INPUT", /damaged/],
  ["SQLITE_IOERR_WRITE", "UNAVAILABLE", /cannot be read or written/],
  ["SQLITE_BUSY_SNAPSHOT", "UNAVAILABLE", /locked/],
])("turns %s into %s with a remedy", (sqlite, code, message) => {
  const cause = new Sqlite.SqliteError("it failed", sqlite);
  expect(storeError(cause, "/x/causeway.db")).toMatchObject({
    code,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
    cause,
  });
});

it("leaves a bug unchanged", () => {
  const bugs = [new TypeError("x is not a function"), new Sqlite.SqliteError("no such column", "SQLITE_ERROR")];
  expect(bugs.map((bug) => storeError(bug, "/x"))).toEqual(bugs);
});
