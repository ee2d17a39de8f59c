// Adds blocks without end and reports the number of each once it is stored. Its parent kills it.
import { openStores } from "../../../src/compose/stores.ts";
import { loadConfig } from "../../../src/config.ts";

const { otlp } = await openStores(loadConfig({ home: process.argv[2] ?? "" }, {}));
for (let at = 0; ; at += 1) {
  await otlp.add({
    signal: "trace",
    sender: "child",
    receivedAtMs: at,
    range: { startMs: at, endMs: at },
    records: 1,
    entities: null,
    requestSha256: `hash-${at}`,
    body: Buffer.alloc(1_000, at),
  });
  process.send?.(at);
}
