import { expect, it, onTestFinished } from "vitest";
import { connect } from "../../../src/connectors/postgres/open-database.ts";
import { newPostgresDatabase } from "../../postgres/new-database.ts";

it("survives the loss of a connection between two queries, as in a server restart", async () => {
  const pool = connect(await newPostgresDatabase());
  onTestFinished(() => pool.end());
  const held = await pool.connect();
  const { rows } = await held.query<{ pid: number }>("select pg_backend_pid() as pid");
  const ended = new Promise((resolve) => held.once("end", resolve));
  await pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
  await ended;
  await expect(held.query("select 1")).rejects.toThrow("not queryable");
  held.release(true);
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});
