import { z } from "zod";
import { Finding } from "../../domain/finding.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import { canonicalJson, contentKey, readBody } from "./canonical.ts";
import { checkId, notThere } from "./ids.ts";
import type { Sql } from "./tables.ts";

/** Rows of one statement; databases bound the parameters of a statement. */
const BATCH = 500;

/** Findings and other bodies of analyses. */
export const bodyRows = ({
  db,
  asking,
}: Sql): Pick<AnalysisStore, "putFindings" | "getFindings" | "putArtifact" | "getArtifact"> => ({
  async putFindings(analysisId, findings) {
    const rows = findings.map((finding) => {
      const body = canonicalJson(Finding.parse(finding));
      return { analysis_id: analysisId, key: contentKey(body), body };
    });
    // Batches that came through before a failure do no harm: the same findings have the same keys.
    for (const batch of batchesOf(rows)) {
      await asking(() =>
        db
          .insertInto("findings")
          .values(batch)
          .onConflict((conflict) => conflict.columns(["analysis_id", "key"]).doNothing())
          .execute(),
      );
    }
    return rows.map(({ key }) => key);
  },

  async getFindings(analysisId, keys) {
    const bodies = new Map<string, string>();
    for (const batch of batchesOf([...new Set(keys)])) {
      const rows = await asking(() =>
        db
          .selectFrom("findings")
          .select(["key", "body"])
          .where("analysis_id", "=", analysisId)
          .where("key", "in", batch)
          .execute(),
      );
      for (const { key, body } of rows) bodies.set(key, body);
    }
    return keys.map((key) => {
      const body = bodies.get(key);
      if (body === undefined)
        throw notThere(
          `finding ${key} of analysis ${analysisId}`,
          "The store was changed under the analysis; run it again.",
        );
      return readBody(Finding, body, `finding ${key}`);
    });
  },

  async putArtifact(analysisId, name, body) {
    checkId("body", name);
    const row = { analysis_id: analysisId, name, body: JSON.stringify(body ?? null) };
    await asking(() =>
      db
        .insertInto("bodies")
        .values(row)
        .onConflict((conflict) => conflict.columns(["analysis_id", "name"]).doUpdateSet({ body: row.body }))
        .execute(),
    );
  },

  /** Null if there is none. */
  async getArtifact(analysisId, name) {
    const row = await asking(() =>
      db
        .selectFrom("bodies")
        .select("body")
        .where("analysis_id", "=", analysisId)
        .where("name", "=", name)
        .executeTakeFirst(),
    );
    return row ? readBody(z.unknown(), row.body, `${name} of analysis ${analysisId}`) : null;
  },
});

const batchesOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));
