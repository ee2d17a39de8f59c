import type { Message } from "./card.ts";
import { neutral } from "../neutral.ts";
import { kindWords, plural } from "../words.ts";
import { escaped } from "./escape.ts";
import { line, quoted, rich, words } from "./rich.ts";

/** How far an analysis is: the steps that are done, the last one last. */
export type Progress = {
  incidentId: string;
  title: string;
  done: readonly string[];
  waits: boolean;
  furtherAlerts: number;
};

/** The one message that is edited while an analysis runs. */
export function progress({ incidentId, title, done, waits, furtherAlerts }: Progress): Message {
  const state = waits
    ? "waits for its turn"
    : done.length === 0
      ? "begins"
      : `${plural(done.length, "step")} done, last: ${kindWords(done.at(-1) ?? "")}`;
  const more = furtherAlerts === 0 ? "" : ` ${plural(furtherAlerts, "more alert")} of it came in.`;
  return {
    text: `Analysing ${escaped(title, 160)} (${escaped(incidentId, 120)}): ${escaped(state)}.${more}`,
    blocks: [
      rich(
        line(
          words("Analysing ", "bold"),
          quoted(title, 160, "bold"),
          quoted(` · incident ${neutral(incidentId, 120)}`),
          words("\n"),
          quoted(`⏳ ${state}.`, 200),
          ...(more === "" ? [] : [words(more)]),
        ),
      ),
    ],
  };
}
