import { hang, textLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { causeLabel, outcomeLabel, percent, sentence, utc } from "./labels.ts";

/** A past incident beside one that was analysed. `probability`: that its cause is the present one. */
export type SimilarPast = {
  incidentId: string;
  title: string;
  entity: string | null;
  cause: string | null;
  outcome: string;
  outcomeBy: string | null;
  atMs: number;
  probability: number;
  why: string;
};

/** Past incidents, the most alike first: how likely each had the same cause, what it was, who said so, and why it is shown. */
export function renderSimilar(
  incidentId: string,
  similar: readonly SimilarPast[],
  options: { color: boolean; width: number },
): string {
  const layout = textLayout(options);
  if (similar.length === 0) return `Nothing like ${neutral(incidentId, 100)} is remembered.\n`;
  const lines = similar.flatMap(
    ({ incidentId: id, title, entity, cause, outcome, outcomeBy, atMs, probability, why }) => {
      const was = [
        entity === null ? null : neutral(entity, 120),
        cause === null ? "cause not known" : causeLabel(cause),
      ]
        .filter((part) => part !== null)
        .join(", ");
      const outcomePhrase =
        outcomeBy === null
          ? neutral(outcomeLabel(outcome), 30)
          : `${neutral(outcome, 30)} by ${neutral(outcomeBy, 60)}`;
      return [
        ...hang(layout, "", `${layout.paint("bold", neutral(id, 100))}  ${neutral(title, 160)} · ${utc(atMs)}`),
        ...hang(
          layout,
          "  ",
          `${was} (${outcomePhrase}); ${cause === null ? "" : `${percent(probability)} likely the same cause; `}${sentence(neutral(why, 300))}`,
        ),
      ];
    },
  );
  return `${lines.join("\n")}\n`;
}
