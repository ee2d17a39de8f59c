// How far the verdict on a change can be trusted: `npm run bench:impact [-- EXPERIMENTS]`. Simulations with fixed
// seeds; docs/changes.md has the results. Five metrics a change; an effect is on two of them (latency).
import { ALPHA, changeVerdict } from "../../src/changes/before-after/change-verdict.ts";
import { seededRandom, seedOf } from "../../src/stats/seeded-random.ts";
import { drawn, IMPACT_WORLDS } from "./worlds.ts";

const EXPERIMENTS = Number(process.argv[2] ?? 300);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

print(`alpha ${ALPHA}, ${EXPERIMENTS} changes a row`);
print("| world | worse | better | no difference shown | cannot tell | wrong metric | interval holds |");
print("|---|---|---|---|---|---|---|");
for (const world of IMPACT_WORLDS) {
  const random = seededRandom(seedOf(17, world.name));
  const truth = world.effect ?? 0;
  const verdicts = Array.from({ length: EXPERIMENTS }, () => {
    const { change, system } = drawn(world, random);
    return changeVerdict(change, system);
  });
  const share = (of: (verdict: (typeof verdicts)[number]) => boolean): number =>
    verdicts.filter(of).length / EXPERIMENTS;
  const wrong = share(({ effects }) =>
    effects.some(({ metric, outcome, effect }) =>
      metric.includes("latency") && truth !== 0
        ? outcome !== "no_difference_shown" && effect > 0 !== truth > 0
        : outcome !== "no_difference_shown",
    ),
  );
  const all = verdicts.flatMap(({ effects }) => effects);
  const held = all.filter(({ metric, low, high }) => {
    const real = metric.includes("latency") ? truth : 0;
    return low <= real && real <= high;
  });
  const cells = [
    share(({ outcome }) => outcome === "worse"),
    share(({ outcome }) => outcome === "better"),
    share(({ outcome }) => outcome === "no_difference_shown"),
    share(({ outcome }) => outcome === "cannot_tell"),
    wrong,
    all.length === 0 ? null : held.length / all.length,
  ];
  print(
    `| ${[world.name, ...cells.map((cell) => (cell === null ? "–" : cell.toFixed(3).replace(/^0\./, ".")))].join(" | ")} |`,
  );
}
