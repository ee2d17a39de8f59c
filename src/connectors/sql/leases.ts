import type { AnalysisStore, Lease } from "../../domain/ports.ts";
import { checkId } from "./ids.ts";
import type { Sql } from "./tables.ts";

/** Which process works on an analysis. */
export const leaseRows = ({ db, asking }: Sql): Pick<AnalysisStore, "takeLease" | "dropLease"> => {
  async function takeLease(analysisId: string, asked: Lease, nowMs: number): Promise<Lease> {
    checkId("analysis", analysisId);
    const row = { analysis_id: analysisId, owner: asked.owner, until_ms: asked.untilMs };
    // One statement: whether it is free and that it is taken cannot come apart.
    const [taken] = await asking(() =>
      db
        .insertInto("leases")
        .values(row)
        .onConflict((conflict) =>
          conflict
            .column("analysis_id")
            .doUpdateSet({ owner: row.owner, until_ms: row.until_ms })
            .where(({ or, eb }) => or([eb("leases.owner", "=", row.owner), eb("leases.until_ms", "<=", nowMs)])),
        )
        .execute(),
    );
    if (taken?.numInsertedOrUpdatedRows === 1n) return asked;
    const held = await asking(() =>
      db.selectFrom("leases").select(["owner", "until_ms"]).where("analysis_id", "=", analysisId).executeTakeFirst(),
    );
    // Given back between the two statements: ask again.
    return held ? { owner: held.owner, untilMs: Number(held.until_ms) } : takeLease(analysisId, asked, nowMs);
  }
  return {
    takeLease,
    async dropLease(analysisId, owner) {
      await asking(() =>
        db.deleteFrom("leases").where("analysis_id", "=", analysisId).where("owner", "=", owner).execute(),
      );
    },
  };
};
