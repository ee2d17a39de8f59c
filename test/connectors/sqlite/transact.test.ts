import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { execute, type Script } from "../../../src/connectors/sql/script.ts";
import { openDatabase } from "../../../src/connectors/sqlite/open-database.ts";

const newSql = () => openDatabase(join(mkdtempSync(join(tmpdir(), "causeway-transact-")), "causeway.db"));

it("commits the other scripts when one throws, and nothing of that one", async () => {
  const { db, transact } = await newSql();
  const put = (name: string, fails: boolean) =>
    transact(function* (): Script<string> {
      yield* execute(
        db.insertInto("deliveries").values({ scope: "s", key: name, request_sha256: "", answer: "1", at_ms: 1 }),
      );
      if (fails) throw new Error(`${name} fails`);
      return name;
    });
  const results = await Promise.allSettled([put("a", false), put("b", true), put("c", false)]);
  expect(results.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)))).toEqual([
    "a",
    "Error: b fails",
    "c",
  ]);
  expect((await db.selectFrom("deliveries").select("key").orderBy("key").execute()).map(({ key }) => key)).toEqual([
    "a",
    "c",
  ]);
});

it("shows each script the writes of those before it", async () => {
  const { db, transact } = await newSql();
  const count = function* (): Script<number> {
    const rows = yield* execute(db.selectFrom("deliveries").select("key"));
    yield* execute(
      db
        .insertInto("deliveries")
        .values({ scope: "s", key: String(rows.length), request_sha256: "", answer: "1", at_ms: 1 }),
    );
    return rows.length;
  };
  expect(await Promise.all(Array.from({ length: 20 }, () => transact(count)))).toEqual(
    Array.from({ length: 20 }, (_, i) => i),
  );
});
