import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Of } from "../../src/remediation/script.ts";
import { STORES } from "../http/server.ts";
import { ada, bob, MINUTE_MS, refused, waiting } from "./waiting-action.ts";

const exported = (home: string): string[] =>
  existsSync(join(home, "approved")) ? readdirSync(join(home, "approved")).filter((name) => name.endsWith(".sh")) : [];

describe.each(STORES)("rows edited in %s", (_name, newDatabase) => {
  it.each([
    ["script", { script: "#!/bin/sh\necho evil\n" }, /stored script changed/, "script_changed"],
    [
      "script and its hash",
      { script: "#!/bin/sh\necho evil\n", scriptSha256: sha256Of("#!/bin/sh\necho evil\n") },
      /report/,
      "report_differs",
    ],
    ["target", { target: { kind: "service", id: "evil" } }, /now targets/, "target_changed"],
    ["preconditions", { preconditions: [] }, /must hold before the change/, "conditions_changed"],
  ])("refuses an action whose %s was edited, and exports nothing", async (_, change, message, reason) => {
    const { approve, editAction, lastLine, home } = await waiting(undefined, await newDatabase());
    await editAction((stored) => ({ ...stored, ...change }));
    expect(await approve(ada)).toMatch(message);
    expect(await lastLine()).toEqual(refused("ada", reason));
    expect(exported(home)).toEqual([]);
  });

  it.each([
    ["of other bytes", (body: string) => body.replace(/"script":"[0-9a-f]{64}"/, `"script":"${"0".repeat(64)}"`)],
    ["of another person", (body: string) => body.replace('"id":"ada"', '"id":"bob"')],
    ["with a later end", (body: string) => body.replace(/"expiresAtMs":\d+/, '"expiresAtMs":9999999999999')],
  ])("does not count a first approval that was edited: %s", async (what, change) => {
    const { approve, edit, clock, home } = await waiting(undefined, await newDatabase());
    await approve(ada);
    await edit(async (db) => {
      const { body } = await db.selectFrom("approvals").select("body").executeTakeFirstOrThrow();
      expect(change(body)).not.toBe(body);
      await db
        .updateTable("approvals")
        .set({ body: change(body) })
        .execute();
    });
    if (what === "with a later end") clock.ms += 31 * MINUTE_MS;
    const second = what === "of another person" ? ada : bob;
    expect(await approve(second)).toEqual({ missing: 1, exported: false });
    expect(exported(home)).toEqual([]);
  });

  it("does not count an approval that was put beside the real one", async () => {
    const { approve, edit, action, home } = await waiting(undefined, await newDatabase());
    await approve(ada);
    await edit(async (db) => {
      const row = await db.selectFrom("approvals").selectAll().executeTakeFirstOrThrow();
      const body = row.body.replace('"id":"ada"', '"id":"bob"').replace('"name":"ada"', '"name":"bob"');
      await db
        .insertInto("approvals")
        .values({ ...row, approver: "cli:bob", body })
        .execute();
      await db.deleteFrom("approvals").where("approver", "=", "cli:ada").execute();
    });
    expect(await approve(ada)).toEqual({ missing: 1, exported: false });
    expect(action.id).toBeTruthy();
    expect(exported(home)).toEqual([]);
  });

  it("exports nothing for a rejection that was turned into an approval", async () => {
    const { causeway, approve, edit, action, lastLine, home } = await waiting(undefined, await newDatabase());
    await causeway.decide({ actionId: action.id, decision: "rejected", by: "bob", note: null, approver: bob });
    await edit((db) => db.updateTable("decisions").set({ decision: "approved" }).execute());
    expect(await approve(ada)).toMatch(/not in the audit log/);
    expect(await lastLine()).toEqual(refused("ada", "decision_differs"));
    expect(exported(home)).toEqual([]);
  });

  it("exports nothing for a decision that nobody made", async () => {
    const { approve, edit, action, clock, lastLine, home } = await waiting(undefined, await newDatabase());
    const row = { action_id: action.id, decision: "approved", decided_by: "ada", at_ms: clock.ms } as const;
    await edit((db) =>
      db
        .insertInto("decisions")
        .values({ ...row, note: null, reason: null, script_sha256: action.script_sha256 })
        .execute(),
    );
    expect(await approve(ada)).toMatch(/not in the audit log/);
    expect(await lastLine()).toEqual(refused("ada", "decision_differs"));
    expect(exported(home)).toEqual([]);
  });

  it("exports nothing for an approval whose hash was edited together with the script", async () => {
    const { approve, edit, editAction, lastLine, home } = await waiting(undefined, await newDatabase());
    await approve(ada);
    await approve(bob);
    const before = exported(home);
    const script = "#!/bin/sh\necho evil\n";
    await editAction((stored) => ({ ...stored, script, scriptSha256: sha256Of(script) }));
    await edit((db) =>
      db
        .updateTable("decisions")
        .set({ script_sha256: sha256Of(script) })
        .execute(),
    );
    expect(await approve(ada)).toMatch(/not in the audit log/);
    expect(await lastLine()).toEqual(refused("ada", "decision_differs"));
    expect(exported(home)).toEqual(before);
  });
});
