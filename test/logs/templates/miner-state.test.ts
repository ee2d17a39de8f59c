import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ClusterStore } from "../../../src/logs/templates/cluster-store.ts";
import { exportState, importState, mergeState } from "../../../src/logs/templates/miner-state.ts";
import { TemplateMiner } from "../../../src/logs/templates/template-miner.ts";
import { letters, mine, someLines } from "./mine-lines.ts";

it("continues from a snapshot as if it had not stopped", () => {
  fc.assert(
    fc.property(someLines, someLines, (first, then) => {
      const straight = mine([...first, ...then]);
      const saved = JSON.parse(JSON.stringify(exportState(mine(first).miner, { withSamples: false })));
      const resumed = mine(then, importState(saved));
      expect(resumed.ids).toEqual(straight.ids.slice(first.length));
      expect(resumed.miner.resolve().templates.map(({ id, text, count }) => ({ id, text, count }))).toEqual(
        straight.miner.resolve().templates.map(({ id, text, count }) => ({ id, text, count })),
      );
    }),
  );
});

it("refuses a snapshot of another version, with a hint", () => {
  expect(() => importState({ ...exportState(new TemplateMiner(), { withSamples: false }), version: 99 })).toThrow(
    /version 99/,
  );
});

it("returns the ids of one pass when shards are merged in their order, for every grouping", () => {
  fc.assert(
    fc.property(someLines, someLines, someLines, (a, b, c) => {
      const straight = mine([...a, ...b, ...c]);
      const stateOf = (lines: readonly string[]) => exportState(mine(lines).miner, { withSamples: true });
      const left = new TemplateMiner();
      const maps = [a, b, c].map((lines) => mergeState(left, stateOf(lines)));
      const ids = [a, b, c].flatMap((lines, i) => mine(lines).ids.map((id) => maps[i]?.[id]));
      expect(ids).toEqual(straight.ids);
      const tail = new TemplateMiner();
      for (const lines of [b, c]) mergeState(tail, stateOf(lines));
      const right = new TemplateMiner();
      mergeState(right, stateOf(a));
      mergeState(right, exportState(tail, { withSamples: true }));
      const shown = (miner: TemplateMiner) =>
        miner
          .resolve()
          .templates.map(({ id, text, count, firstLine, lastLine }) => ({ id, text, count, firstLine, lastLine }));
      expect(shown(right)).toEqual(shown(left));
      expect(shown(left)).toEqual(shown(straight.miner));
    }),
  );
});

it("keeps the merged and dropped clusters of a full shard when it is joined", () => {
  const names = fc.array(fc.tuple(fc.nat(60), fc.nat(60), fc.nat(3)), { minLength: 100, maxLength: 300 });
  fc.assert(
    fc.property(names, (parts) => {
      const shard = new TemplateMiner(new ClusterStore(16));
      const { ids } = mine(
        parts.map(([a, b, verb]) => {
          const [user, host] = [letters(a + 700), letters(b + 900)];
          return `session of user ${user} was ${["opened", "closed", "lost"][verb] ?? "held"} by host ${host} at once`;
        }),
        shard,
      );
      const own = shard.resolve().finalOf;
      const joined = new TemplateMiner();
      const idMap = mergeState(joined, exportState(shard, { withSamples: true }));
      const { finalOf } = joined.resolve();
      const pairs = new Set(ids.map((id) => `${own(id)} ${finalOf(idMap[id] ?? -1)}`));
      expect(pairs.size).toBe(new Set(ids.map(own)).size);
      expect([...pairs].every((pair) => pair.startsWith("-1") === pair.endsWith("-1"))).toBe(true);
    }),
  );
});

it("follows an id through all its aliases", () => {
  const state = exportState(mine(["up 1"]).miner, { withSamples: true });
  expect([
    ...mergeState(new TemplateMiner(), {
      ...state,
      idCount: 5,
      aliases: [
        [1, 0],
        [2, 1],
        [3, 2],
        [4, -1],
      ],
    }),
  ]).toEqual([0, 0, 0, 0, -1]);
});

it("continues from a snapshot beyond the limit, with the same ids and losses", () => {
  const kinds = Array.from({ length: 1500 }, (_, i) =>
    `${letters(i * 31)} ${letters(i * 7)} ${i % 3 === 0 ? "stands" : "falls"} ${letters(i)}`
      .split(" ")
      .slice(i % 3)
      .join(" "),
  );
  const straight = mine(kinds, new TemplateMiner(new ClusterStore(64)));
  for (const at of [100, 700, 1301]) {
    const saved = JSON.parse(
      JSON.stringify(
        exportState(mine(kinds.slice(0, at), new TemplateMiner(new ClusterStore(64))).miner, { withSamples: true }),
      ),
    );
    const resumed = mine(kinds.slice(at), importState(saved, 64));
    expect(resumed.ids).toEqual(straight.ids.slice(at));
    expect(exportState(resumed.miner, { withSamples: true })).toEqual(
      exportState(straight.miner, { withSamples: true }),
    );
  }
});
