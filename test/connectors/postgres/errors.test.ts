import pg from "pg";
import { expect, it } from "vitest";
import { openDatabase } from "../../../src/connectors/postgres/open-database.ts";
import { storeError } from "../../../src/connectors/postgres/errors.ts";
import { newPostgresDatabase } from "../../postgres/new-database.ts";

const failure = (code: string): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError("said the server", 1, "error"), { code });

it.each([
  ["57P01", "UNAVAILABLE"],
  ["57P03", "UNAVAILABLE"],
  ["08006", "UNAVAILABLE"],
  ["53300", "UNAVAILABLE"],
  ["40P01", "UNAVAILABLE"],
  ["23505", "UNAVAILABLE"],
  ["25006", "UNAVAILABLE"],
  ["28P01", "CONFIG"],
  ["3D000", "CONFIG"],
  ["53100", "UNAVAILABLE"],
  ["42501", "CONFIG"],
  ["23503", "NOT_FOUND"],
  ["22021", "BAD_INPUT"],
  ["22P02", "BAD_INPUT"],
])("reports SQLSTATE %s as %s with a remedy", (sqlState, code) => {
  expect(storeError(failure(sqlState), "Postgres at db/x")).toMatchObject({
    name: "IncidentError",
    code,
    hint: expect.stringMatching(/./),
  });
});

it("leaves a bug unchanged", () => {
  expect(storeError(failure("42P01"), "Postgres at db/x")).toMatchObject({ name: "error", code: "42P01" });
});

it.each([
  ["a wrong password", (url: URL) => Object.assign(url, { password: "wrong" }), "CONFIG"],
  ["a database that is not there", (url: URL) => Object.assign(url, { pathname: "/nowhere" }), "CONFIG"],
  ["a closed port", (url: URL) => Object.assign(url, { port: "1" }), "UNAVAILABLE"],
  ["a name that nobody has", (url: URL) => Object.assign(url, { hostname: "nowhere.invalid" }), "UNAVAILABLE"],
])("names %s without the password", async (_, change, code) => {
  const url = change(new URL(await newPostgresDatabase()));
  const error: unknown = await openDatabase(url.href).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, message: expect.stringContaining(`Postgres at ${url.host}${url.pathname}`) });
  expect(String(error)).not.toMatch(/of-a-test|wrong/);
});

it("retries for its whole patience while the server closes connections", async () => {
  const url = await newPostgresDatabase();
  const { db, run, close } = await openDatabase(url, { patienceMs: 5_000 });
  let attempts = 0;
  const counted = await run(async () => {
    attempts += 1;
    if (attempts < 3) throw failure("57P01");
    return db.selectFrom("analyses").selectAll().execute();
  });
  expect([attempts, counted]).toEqual([3, []]);
  await close();
});
