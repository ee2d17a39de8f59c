import { expect, it } from "vitest";
import { queryFor } from "../../src/domain/query.ts";
import type { Upload } from "../../src/domain/service.ts";
import { uploadedLogs } from "../../src/telemetry/uploaded-logs.ts";

const upload = (name: string): Upload => ({
  id: `up-${name}`,
  name,
  framing: "raw",
  bytes: 0,
  sha256: "",
  uploadedAtMs: 0,
});
async function* noBytes(): AsyncGenerator<Uint8Array> {}

it.each([
  ["checkout.log", "checkout"],
  ["checkout.log.gz", "checkout"],
  ["orders-api.log.zst", "orders-api"],
  ["upload.log", null],
  ["checkout.txt", null],
  ["app.log.1", null],
])("reads %s as a log of %s, as in a folder of logs", async (name, service) => {
  const source = uploadedLogs([upload(name)], { readUpload: noBytes });
  const { data } = await source.query(queryFor("log", { startMs: 0, endMs: 1 }));
  expect(data).toEqual([expect.objectContaining({ origin: `upload ${name}`, service })]);
});
