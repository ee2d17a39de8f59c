import { sqliteAnalysisStore } from "../../../src/connectors/sqlite/analysis-store.ts";
import { sqliteMemoryStore } from "../../../src/connectors/sqlite/memory-store.ts";
import { aFinding, anAction } from "../../fakes.ts";
import { incident, MODEL, vectorOf } from "../memory-documents.ts";

/**
 * Writes into the store at `path` as `name`: for ever, a line on stdout for each finding that is safe; or one decision,
 * saying whether it was the first.
 */
const [path = "", name = "", task = ""] = process.argv.slice(2);
const store = await sqliteAnalysisStore(path);
await store.createAnalysis({ id: name, incidentId: "inc-1", status: "running", startedAtMs: 1 });

if (task === "decide") {
  await store.putActions([anAction({ id: "shared-a1", analysisId: name })], 0);
  const first = await store.recordDecision({
    actionId: "shared-a1",
    decision: "approved",
    by: name,
    atMs: 1,
    note: null,
    scriptSha256: "a".repeat(64),
  });
  process.stdout.write(first ? "first\n" : "late\n");
} else {
  const memory = sqliteMemoryStore(`${path}.memory`, MODEL);
  for (let i = 0; ; i += 1) {
    const [key] = await store.putFindings(name, [aFinding({ strength: i })]);
    await memory.put([{ document: incident(`i${i}`, "pool exhausted"), vector: vectorOf("pool exhausted") }]);
    process.stdout.write(`${key}\n`);
  }
}
