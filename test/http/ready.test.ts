import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "./server.ts";

it("is not ready while its store can be read but not written, says so, and is ready again afterwards", async () => {
  const server = await startServer();
  const other = new Sqlite(join(server.home, "causeway.db"));
  onTestFinished(async () => {
    other.close();
    await server.stop();
  });
  expect(await server.ask("/readyz")).toMatchObject({
    status: 200,
    json: { ready: true, checks: [{ name: "store" }, { name: "disk", ok: true }] },
  });
  other.exec("create trigger full before insert on write_checks begin select raise(abort, 'no room left'); end");
  expect(await server.ask("/readyz")).toMatchObject({
    status: 503,
    json: { ready: false, checks: [{ name: "store", ok: false, detail: "no room left" }, { ok: true }] },
  });
  expect(await server.ask("/v1/incidents")).toMatchObject({ status: 200 });
  other.exec("drop trigger full");
  expect(await server.ask("/readyz")).toMatchObject({ status: 200 });
});
