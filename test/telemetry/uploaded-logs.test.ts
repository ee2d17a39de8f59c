import { expect, it } from "vitest";
import { withUploads } from "../../../src/app/incidents/uploaded-logs.ts";
import type { Upload } from "../../../src/domain/service.ts";

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
])("takes %s for a log of %s, as a folder of logs is read", async (name, service) => {
  const streams = await withUploads(undefined, [upload(name)], { readUpload: noBytes }).openLogs({ window: null });
  expect(streams).toEqual([expect.objectContaining({ origin: `upload ${name}`, service })]);
});
