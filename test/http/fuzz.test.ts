import { expect, it } from "vitest";
import { FUZZ_SETTINGS, fuzz } from "./fuzz/run.ts";
import { startServer, STORES } from "./server.ts";

it.each(STORES)(
  "answers any request on %s without a server error, a stack trace or a hang (npm run fuzz:http sends more)",
  async (_name, newDatabase) => {
    const server = await startServer({ databaseUrl: await newDatabase(), settings: FUZZ_SETTINGS });
    const keys: [string, string] = [
      await server.newKey("read", "analyse", "approve", "admin", "execute"),
      await server.newKey("read"),
    ];
    const { statuses, wrong } = await fuzz({ url: server.url, keys, ids: [] }, { seed: 20_260_302, count: 600 });
    await server.stop();
    expect(wrong).toEqual([]);
    expect(Object.keys(statuses)).toEqual(
      expect.arrayContaining(["200", "201", "202", "400", "401", "403", "404", "405", "409", "415", "422"]),
    ); // both accepted and refused requests
  },
);
