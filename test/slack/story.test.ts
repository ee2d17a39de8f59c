import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PRESS } from "../../src/render/slack/ids.ts";
import { atWork, firing, notedAs, resolved, soon } from "./harness.ts";

describe.each(["socket", "http"] as const)("over %s", (way) => {
  it("an alert is triaged in its own thread, read up, approved, exported, resolved and closed", async () => {
    const { world, fake, home, feedback } = await atWork({ way });
    const { message: alert, taken } = await world.alert("C0ALERTS", firing());
    expect(taken.ok).toBe(true);

    const answer = await soon(() => {
      const [first] = world.inThread(alert);
      expect(first?.text).toContain("ROOT CAUSE: stock");
      if (!first) throw new Error("nothing was said");
      return first;
    });
    expect(world.inThread(alert)).toHaveLength(1);
    expect(answer.edits).toBeGreaterThan(1); // progress, then the card, in one message
    expect(fake.space.calls.filter(({ method, args }) => method === "chat.update" && String(args.text).startsWith("Analysing")).length).toBeGreaterThan(0);

    await world.press("U0BOB", answer, PRESS.evidence);
    const evidence = await soon(() => world.lastView());
    expect(JSON.stringify(evidence.view)).toContain("causeway.modal.evidence");

    await world.press("U0ADA", answer, PRESS.approve);
    const dialogue = await soon(() => {
      const view = world.lastView();
      expect(view.view.callback_id).toBe("causeway.modal.decide");
      return view;
    });
    const asked = JSON.parse(String(dialogue.view.private_metadata)) as { sha256: string; actionId: string };
    expect(JSON.stringify(dialogue.view)).toContain("The script, exactly");
    const { ok } = await world.submit("U0ADA", dialogue, notedAs("go"));
    expect(ok).toBe(true);

    await soon(() => expect(world.inThread(alert).map(({ text }) => text)).toContainEqual(expect.stringMatching(/^Approved: .* by <@U0ADA>: “go”\. The script is exported to /)));
    const [script = ""] = readdirSync(join(home, "approved"));
    expect(createHash("sha256").update(readFileSync(join(home, "approved", script))).digest("hex")).toBe(asked.sha256);
    await soon(() => expect(answer.text).toContain("approved by Ada Lovelace (slack:T0SHOP/U0ADA)"));

    await world.alert("C0ALERTS", resolved());
    const question = await soon(() => {
      const last = world.inThread(alert).at(-1);
      expect(last?.text).toMatch(/^Resolved: incident inc-stock\. Was the analysis right\?/);
      if (!last) throw new Error("nothing was asked");
      return last;
    });
    await world.press("U0EVE", question, PRESS.right);
    await soon(() => expect(feedback).toEqual([expect.objectContaining({ outcome: "confirmed", by: "Eve (slack:T0SHOP/U0EVE)" })]));

    expect(fake.space.calls.filter(({ error }) => error !== null && error !== "ratelimited")).toEqual([]);
    expect(fake.space.messages.every(({ botId, text }) => botId !== "B0CAUSEWAY" || !/<!|&(?!amp;|lt;|gt;)/.test(text))).toBe(true);
  });
});
