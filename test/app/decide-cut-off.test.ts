import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MemorySaver } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { buildGraph } from "../../src/agent/graph.ts";
import type { Decision } from "../../src/domain/action.ts";
import { safePolicy } from "../../src/domain/policy.ts";
import { decideAction } from "../../src/app/decide.ts";
import { agentOver, declaredTopology, metricsAnswering, runbookFor, spiking } from "../agent/fakes.ts";
import { memoryOf } from "../memory-of.ts";
import { tempDir } from "../compose/recorded-suite.ts";

/** A store that writes and reads nothing after a simulated power cut. */
class Power {
  left = Number.POSITIVE_INFINITY;
  behind<T extends object>(place: T): T {
    return new Proxy(place, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        // That one counts, and asks nobody.
        if (typeof member !== "function" || name === "getNextVersion") return member;
        return (...args: unknown[]): unknown => {
          if (/^(?:put|set|record)/.test(String(name))) this.left -= 1;
          return this.left < 0 ? Promise.reject(new Error("power cut")) : Reflect.apply(member, target, args);
        };
      },
    });
  }
}

/** An analysis that asks about the last of its actions. */
async function asking(power: Power) {
  const runbooks = { name: "fake", listRunbooks: async () => [runbookFor(["cpu_contention"])] };
  const memory = await memoryOf();
  const { deps: whole } = await agentOver(
    { metrics: metricsAnswering(spiking), topology: declaredTopology },
    { runbooks, memory },
  );
  const deps = { ...whole, store: power.behind(whole.store), memory: { ...memory, store: power.behind(memory.store) } };
  const agent = { deps, graph: buildGraph(deps, power.behind(new MemorySaver())) };
  await analyse(agent, "inc-1", { analysisId: "an-1" });
  const home = await tempDir();
  const decide = (by: string, decision: Decision["decision"], actionId = "an-1-a1") =>
    decideAction(
      { agent, home, policy: safePolicy(), proposerOf: async () => null, now: deps.now },
      { actionId, decision, by, note: null },
    ).then(
      () => null,
      (error: unknown) => error,
    );
  await decide("zoe", "rejected", "an-1-a2");
  const scripts = (): string[] =>
    existsSync(join(home, "approved"))
      ? readdirSync(join(home, "approved")).filter((name) => !name.startsWith(".") && name.endsWith(".sh"))
      : [];
  return { store: whole.store, memory, scripts, decide };
}

it.each([
  ["approved", "approved"],
  ["approved", "rejected"],
  ["rejected", "approved"],
] as const)(
  "keeps script and record in agreement and comes to the end, wherever the power goes while it is %s, and is %s again",
  async (decision, again) => {
    for (let cut = 0, over = false; !over; cut += 1) {
      const power = new Power();
      const { store, memory, scripts, decide } = await asking(power);
      power.left = cut;
      over = (await decide("ada", decision)) === null;
      power.left = Number.POSITIVE_INFINITY;
      const left = await store.getDecision("an-1-a1");
      expect([cut, left?.decision === "approved" ? [] : scripts()]).toEqual([cut, []]);

      const refusal = await decide("bob", again);
      const stands = await store.getDecision("an-1-a1");
      expect([cut, stands]).toEqual([cut, left ?? stands]);
      const why = refusal instanceof Error ? refusal.message.replace(/ on .*/, "") : null;
      expect([cut, why]).toEqual([cut, stands?.by === "bob" ? null : `an-1-a1 was ${decision} by ada`]);
      expect([cut, scripts().length]).toEqual([cut, stands?.decision === "approved" ? 1 : 0]);
      const { documents } = await memory.store.list({ kind: "incident" });
      expect([cut, (await store.getAnalysis("an-1")).status, documents]).toMatchObject([
        cut,
        "done",
        [{ outcome: "unknown" }], // an approval alone confirms nothing
      ]);
    }
  },
);

it("does not export a script that was changed in the store after its approval", async () => {
  const { store, scripts, decide } = await asking(new Power());
  await store.recordDecision({
    actionId: "an-1-a1",
    decision: "approved",
    by: "ada",
    atMs: 1,
    note: null,
    scriptSha256: "0".repeat(64),
  });
  expect(await decide("ada", "approved")).toMatchObject({
    code: "REJECTED",
    message: expect.stringContaining("is not the approved one"),
  });
  expect(scripts()).toEqual([]);
});
