import type { ListedIncident } from "../domain/ports.ts";
import { columnsOf, hang, textLayout, padded } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { utc } from "./labels.ts";

const WIDEST_ID = 40;

/** Lists the known incidents: id, title, system and time of the alarm. */
export function renderIncidents(
  list: readonly ListedIncident[],
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  if (list.length === 0)
    return "There are no incidents. Set CAUSEWAY_DATA to a folder with scenarios, or run `causeway demo`.\n";
  const layout = textLayout(options);
  const ids = list.map(({ id }) => neutral(id, 200));
  const columns = Math.min(WIDEST_ID, Math.max(...ids.map(columnsOf))) + 2;
  const lines = list.flatMap(({ title, alarmAtMs, system, notInvestigated }, i) => {
    const id = ids[i] ?? "";
    const when = alarmAtMs === null ? "no alarm time" : utc(alarmAtMs);
    const open = notInvestigated ? `not investigated: ${neutral(notInvestigated.why, 200)}` : "";
    const about = [neutral(title, 160), system === null ? "" : neutral(system, 60), when, open]
      .filter((part) => part !== "")
      .join(" · ");
    if (columnsOf(id) > WIDEST_ID)
      return [...hang(layout, "", layout.paint("cyan", id)), ...hang(layout, " ".repeat(columns), about)];
    return hang(layout, layout.paint("cyan", padded(id, columns)), about);
  });
  return `${lines.join("\n")}\n`;
}
