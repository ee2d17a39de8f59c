/** `group`: the id that a line got. `truth`: the number or id of its statement. Templates have `<*>` for values. */
export type ScoredLine = { group: string; template: string; truth: string; trueTemplate: string };
export type TemplateScore = { ga: number; fga: number; pa: number; fta: number; found: number; statements: number };

/**
 * Scores groups and templates.
 *
 * - `ga`: share of lines whose group holds the lines of one statement, and all of them.
 * - `fga`: F1 of such groups among the groups found and the statements.
 * - `pa`: share of lines with the right template. `fta`: F1 of templates.
 *
 * @see Zhu et al., ICSE-SEIP 2019 (GA); Jiang et al., LogHub-2.0, ISSTA 2024 (FGA, FTA); Khan et al., ICSE 2022 (PA).
 */
export function scoreGroups(lines: readonly ScoredLine[]): TemplateScore {
  const sizes = countBy(lines, ({ truth }) => truth);
  const groups = Map.groupBy(lines, ({ group }) => group);
  const right = [...groups.values()].filter((members) => {
    const [{ truth }] = members as [ScoredLine];
    return members.length === sizes.get(truth) && members.every((line) => line.truth === truth);
  });
  const byTemplate = Map.groupBy(lines, ({ template }) => normal(template));
  const trueTemplates = new Set(lines.map(({ trueTemplate }) => normal(trueTemplate)));
  const rightTemplates = [...byTemplate].filter(([text, members]) =>
    members.every(({ trueTemplate }) => normal(trueTemplate) === text),
  );
  return {
    ga: right.reduce((sum, { length }) => sum + length, 0) / lines.length,
    fga: f1(right.length, groups.size, sizes.size),
    pa: lines.filter(({ template, trueTemplate }) => normal(template) === normal(trueTemplate)).length / lines.length,
    fta: f1(rightTemplates.length, byTemplate.size, trueTemplates.size),
    found: groups.size,
    statements: sizes.size,
  };
}

const f1 = (right: number, found: number, wanted: number): number => (2 * right) / (found + wanted);

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

const WITH_VALUE = /[^\s]*<\*>[^\s]*/g;
const NUMBER = /\b0x[\da-f]+\b|\b\d+\b/gi;
/** A template in which a chunk with a value is one wildcard but for the marks around it. */
export const normal = (template: string): string =>
  template
    .trim()
    .replace(/\s+/g, " ")
    .replace(NUMBER, "<*>")
    .replace(WITH_VALUE, (chunk) => chunk.replace(/[^\s,;=()[\]{}"'|:]*<\*>[^\s,;=()[\]{}"'|:]*/g, "<*>"))
    .replace(/<\*>(?:[:,/.#@-]?<\*>)+/g, "<*>");
