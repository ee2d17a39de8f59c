import type { KnownIncident } from "../domain/service.ts";
import { hang, textLayout } from "./layout.ts";
import { plural } from "./labels.ts";
import { neutral } from "./neutral.ts";

/** What fires, and which incidents were not analysed. */
export type InvestigationSummary = {
  pulled: readonly { name: string; firing: number; silenced: number; inhibited: number; leftOut: number }[];
  investigated: readonly { incident: Pick<KnownIncident, "id">; joined: boolean; report: { analysis_id: string } }[];
  notInvestigated: readonly { incident: Pick<KnownIncident, "id" | "title">; why: string }[];
  notRead: readonly { name: string; why: string }[];
};

/** Says what fires where, what was left out, and why. The reports follow. */
export function renderInvestigation(
  { pulled, investigated, notInvestigated, notRead }: InvestigationSummary,
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  const layout = textLayout(options);
  const count = investigated.length + notInvestigated.length;
  const lines = [
    ...pulled.flatMap(({ name, firing, silenced, inhibited, leftOut }) =>
      hang(
        layout,
        "",
        `${neutral(name, 80)}: ${plural(firing, "alert")} ${firing === 1 ? "fires" : "fire"}` +
          `; ${silenced} silenced and ${inhibited} inhibited are left out` +
          (leftOut === 0 ? "" : `; ${leftOut} more are too many to read`),
      ),
    ),
    ...notRead.flatMap(({ name, why }) => hang(layout, `${neutral(name, 80)} was not read: `, neutral(why))),
    ...(pulled.length === 0
      ? []
      : [count === 0 ? "There is nothing to investigate." : `${plural(count, "incident")}.`]),
    ...notInvestigated.flatMap(({ incident: { id, title }, why }) =>
      hang(layout, "Not investigated: ", `${id} (${neutral(title, 160)}): ${neutral(why)}`),
    ),
    ...investigated.flatMap(({ incident: { id }, joined, report }) =>
      joined
        ? hang(layout, `${id}: `, `the recent analysis ${report.analysis_id} stands; --anew analyses it again`)
        : [],
    ),
  ];
  return `${lines.join("\n")}\n`;
}
