import { z } from "zod";
import { canonicalJson } from "../../domain/canonical-json.ts";
import { Finding } from "../../domain/finding.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import { refusePruned } from "./prunings.ts";
import { contentKey, readJson } from "./stored-json.ts";
import { checkId, notFound } from "./ids.ts";
import { batchesOf } from "./script.ts";
import { REPORT_ARTIFACTS } from "../../domain/retention.ts";
import type { SqlDatabase } from "./tables.ts";

/** Created as `bodies`; renamed in `040-plain-names`. */
export const ARTIFACT_SCHEMA = [
  `create table findings (
    analysis_id text not null references analyses (id),
    key text not null,
    body text not null
  )`,
  `create unique index findings_key on findings (analysis_id, key)`,
  `create table bodies (
    analysis_id text not null references analyses (id),
    name text not null,
    body text not null
  )`,
  `create unique index bodies_key on bodies (analysis_id, name)`,
];

/** Findings and artifacts of analyses. */
export const artifactRows = ({
  db,
  run,
}: SqlDatabase): Pick<AnalysisStore, "putFindings" | "getFindings" | "putArtifact" | "getArtifact"> => ({
  async putFindings(analysisId, findings) {
    const rows = findings.map((finding) => {
      const body = canonicalJson(Finding.parse(finding));
      return { analysis_id: analysisId, key: contentKey(body), body };
    });
    // batches written before a failure do no harm: the same findings have the same keys
    for (const batch of batchesOf(rows)) {
      await run(() =>
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
    const found = new Map<string, string>();
    for (const batch of batchesOf([...new Set(keys)])) {
      const rows = await run(() =>
        db
          .selectFrom("findings")
          .select(["key", "body"])
          .where("analysis_id", "=", analysisId)
          .where("key", "in", batch)
          .execute(),
      );
      for (const { key, body } of rows) found.set(key, body);
    }
    if (keys.some((key) => !found.has(key))) await refusePruned({ db, run }, analysisId, "evidence");
    return keys.map((key) => {
      const body = found.get(key);
      if (body === undefined)
        throw notFound(
          `finding ${key} of analysis ${analysisId}`,
          "The database was changed during the analysis. Run it again.",
        );
      return readJson(Finding, body, `finding ${key}`);
    });
  },

  async putArtifact(analysisId, name, body) {
    checkId("artifact", name);
    const row = { analysis_id: analysisId, name, body: JSON.stringify(body ?? null) };
    await run(() =>
      db
        .insertInto("artifacts")
        .values(row)
        .onConflict((conflict) => conflict.columns(["analysis_id", "name"]).doUpdateSet({ body: row.body }))
        .execute(),
    );
  },

  async getArtifact(analysisId, name) {
    const row = await run(() =>
      db
        .selectFrom("artifacts")
        .select("body")
        .where("analysis_id", "=", analysisId)
        .where("name", "=", name)
        .executeTakeFirst(),
    );
    if (row) return readJson(z.unknown(), row.body, `${name} of analysis ${analysisId}`);
    const belongsToReport: readonly string[] = REPORT_ARTIFACTS;
    if (!belongsToReport.includes(name)) await refusePruned({ db, run }, analysisId, "evidence");
    return null;
  },
});
