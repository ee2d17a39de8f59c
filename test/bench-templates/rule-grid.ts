import { MERGE_RULES, type MergeRules } from "../../src/logs/templates/word-weight.ts";
import { type MinedSet, scoreSet } from "./mine-sets.ts";
import type { TemplateScore } from "./score-groups.ts";

/** Values tried for each threshold, the shipped one among them. It has no advantage: a tie changes nothing. */
const TRIED: { [K in keyof MergeRules]: readonly number[] } = {
  words: [MERGE_RULES.words, 3, 5, 6],
  identifier: [MERGE_RULES.identifier, 1, 2.5],
  slot: [MERGE_RULES.slot, 1, 1.5, 2.5],
  cue: [MERGE_RULES.cue, 1, 2.5],
  first: [MERGE_RULES.first, 0.5, 1],
  ownWord: [MERGE_RULES.ownWord, 5, 20, 50],
};

export type LeftOut = { name: string; rules: MergeRules; score: TemplateScore };

/** For each set: thresholds chosen on the other sets alone, and the score that they reach on this one. */
export function leaveOneOut(sets: readonly MinedSet[]): LeftOut[] {
  const known = new Map<string, number>();
  const quality = (set: MinedSet, rules: MergeRules): number => {
    const key = `${set.name} ${JSON.stringify(rules)}`;
    const value = known.get(key) ?? goodness(scoreSet(set, rules));
    known.set(key, value);
    return value;
  };
  return sets.map((set) => {
    const others = sets.filter((other) => other !== set);
    const total = (rules: MergeRules): number => others.reduce((sum, other) => sum + quality(other, rules), 0);
    const rules = climb(total);
    return { name: set.name, rules, score: scoreSet(set, rules) };
  });
}

const goodness = ({ ga, fga }: TemplateScore): number => ga + fga;

/** Changes one threshold at a time until no change is better. It starts where all words weigh the same. */
function climb(total: (rules: MergeRules) => number): MergeRules {
  let best: MergeRules = { words: 5, identifier: 1, slot: 1, cue: 1, first: 1, ownWord: 50 };
  let most = total(best);
  for (let before = -1; before < most;) {
    before = most;
    for (const name of Object.keys(TRIED) as (keyof MergeRules)[])
      for (const value of TRIED[name]) {
        const rules = { ...best, [name]: value };
        const found = total(rules);
        if (found > most) [best, most] = [rules, found];
      }
  }
  return best;
}
