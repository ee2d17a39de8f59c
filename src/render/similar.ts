import { hang, textLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { causeLabel, outcomeLabel, sameCauseLabel, sentence, triedSentence, utc } from "./labels.ts";

/** A past incident similar to an analyzed one. `probability`: that both have the same cause, in [0, 1]. */
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
  tried?: readonly { step: string; result: string }[] | undefined;
};

/**
 * Lists past incidents, most similar first: cause, outcome and reviewer, probability of the same cause, and why it is
 * similar.
 */
export function renderSimilar(
  incidentId: string,
  similar: readonly SimilarPast[],
  options: { color: boolean; width: number },
): string {
  const layout = textLayout(options);
  if (similar.length === 0) return `Causeway remembers no incident similar to ${neutral(incidentId, 100)}.\n`;
  const lines = similar.flatMap(
    ({ incidentId: id, title, entity, cause, outcome, outcomeBy, atMs, probability, why, tried }) => {
      const was = [entity === null ? null : neutral(entity, 120), cause === null ? "cause unknown" : causeLabel(cause)]
        .filter((part) => part !== null)
        .join(", ");
      const outcomePhrase =
        outcomeBy === null
          ? neutral(outcomeLabel(outcome), 30)
          : `${neutral(outcome, 30)} by ${neutral(outcomeBy, 60)}`;
      const share = cause === null ? "" : `${sameCauseLabel(probability)}; `;
      return [
        ...hang(layout, "", `${layout.paint("bold", neutral(id, 100))}  ${neutral(title, 160)} · ${utc(atMs)}`),
        ...hang(
          layout,
          "  ",
          `${was} (${outcomePhrase}); ${share}${sentence(neutral(why, 300))}${neutral(triedSentence(tried), 400)}`,
        ),
      ];
    },
  );
  return `${lines.join("\n")}\n`;
}
