import { TemplateMiner } from "../../src/logs/templates/template-miner.ts";
import { MERGE_RULES, type MergeRules } from "../../src/logs/templates/word-weight.ts";
import { scoreGroups, type TemplateScore } from "./score-groups.ts";

/** A log with the statement of every line. */
export type LabelledSet = { name: string; lines: readonly { text: string; truth: string; template: string }[] };
/** A set whose lines are mined already, so that rules can be tried. */
export type MinedSet = LabelledSet & { miner: TemplateMiner; ids: number[] };

export function mineSet(set: LabelledSet): MinedSet {
  const miner = new TemplateMiner();
  const ids = set.lines.map(({ text }) => {
    const bytes = Buffer.from(text);
    return miner.add(bytes, 0, bytes.length);
  });
  return { ...set, miner, ids };
}

export function scoreSet({ lines, miner, ids }: MinedSet, rules: MergeRules = MERGE_RULES): TemplateScore {
  const { templates, finalOf } = miner.resolve(rules);
  return scoreGroups(
    lines.map(({ truth, template }, index) => {
      const found = finalOf(ids[index] as number);
      return { group: String(found), template: templates[found]?.text ?? "", truth, trueTemplate: template };
    }),
  );
}
