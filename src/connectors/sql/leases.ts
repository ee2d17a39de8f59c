import type { AnalysisStore, Lease } from "../../domain/ports.ts";
import { checkId } from "./ids.ts";
import type { SqlDatabase } from "./tables.ts";

/** No reference to `analyses`: an analysis is leased before its first row is written. */
export const LEASE_SCHEMA = [
  `create table leases (analysis_id text primary key, owner text not null, until_ms bigint not null)`,
];

/** Which process works on an analysis. */
export const leaseRows = ({ db, run }: SqlDatabase): Pick<AnalysisStore, "takeLease" | "findLease" | "dropLease"> => {
  async function takeLease(analysisId: string, wanted: Lease, nowMs: number): Promise<Lease> {
    checkId("analysis", analysisId);
    const row = { analysis_id: analysisId, owner: wanted.owner, until_ms: wanted.untilMs };
    // one statement, so that no other process takes it between the check and the write
    const [taken] = await run(() =>
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
    if (taken?.numInsertedOrUpdatedRows === 1n) return wanted;
    // dropped between the two statements: try again
    return (await findLease(analysisId)) ?? takeLease(analysisId, wanted, nowMs);
  }
  async function findLease(analysisId: string): Promise<Lease | null> {
    const held = await run(() =>
      db.selectFrom("leases").select(["owner", "until_ms"]).where("analysis_id", "=", analysisId).executeTakeFirst(),
    );
    return held ? { owner: held.owner, untilMs: Number(held.until_ms) } : null;
  }
  return {
    takeLease,
    findLease,
    async dropLease(analysisId, owner) {
      await run(() =>
        db.deleteFrom("leases").where("analysis_id", "=", analysisId).where("owner", "=", owner).execute(),
      );
    },
  };
};
