import type { Message } from "./card.ts";
import { neutral } from "../neutral.ts";
import { kindLabel, plural } from "../labels.ts";
import { escaped } from "./escape.ts";
import { line, quoted, rich, words } from "./rich.ts";

/** The progress of an analysis. `done`: finished steps, in order. `note`: what a model just did; null for nothing. */
export type Progress = {
  incidentId: string;
  title: string;
  done: readonly string[];
  note?: string | null;
  waits: boolean;
  furtherAlerts: number;
};

/** The message that Causeway edits while an analysis runs. */
export function progress({ incidentId, title, done, note = null, waits, furtherAlerts }: Progress): Message {
  const state = waits
    ? "waiting for other analyses"
    : done.length === 0
      ? "starting"
      : `${plural(done.length, "step")} done, last: ${kindLabel(done.at(-1) ?? "")}${note === null ? "" : ` (${note})`}`;
  const more = furtherAlerts === 0 ? "" : ` ${plural(furtherAlerts, "more alert")} received.`;
  return {
    text: `Analyzing ${escaped(title, 160)} (${escaped(incidentId, 120)}): ${escaped(state)}.${more}`,
    blocks: [
      rich(
        line(
          words("Analyzing ", "bold"),
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
