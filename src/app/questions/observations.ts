import type { AskObservation } from "../../domain/ask-answer.ts";
import type { AskPlan, AskSelection } from "../../domain/ask-plan.ts";
import type { CitedFinding, Finding } from "../../domain/finding.ts";
import { quotedName, quotedText } from "../../llm/quoted-data.ts";

/** Rows of a table that a model sees, and may quote. */
const MOST_ROWS = 12;
const LONGEST_TEXT = 240;

/** The kind of finding that stands in for an observation while its sentences are checked. */
const KIND_OF: Readonly<Record<AskSelection, Pick<Finding, "signal" | "kind">>> = {
  logs: { signal: "log", kind: "log.event-flow" },
  metrics: { signal: "metric", kind: "metric.shift" },
  spans: { signal: "trace", kind: "trace.spectrum" },
  alerts: { signal: "alert", kind: "alert.firing" },
  changes: { signal: "change", kind: "change.other" },
};

/** The numbers and names of a table, as facts that a sentence may quote. */
export function tableFacts({ table }: Pick<AskObservation, "table">): AskObservation["facts"] {
  if (table === null) return {};
  const rows = table.rows
    .slice(0, MOST_ROWS)
    .flatMap(({ group, value, count, first, last, before, before_count: earlier }, at) => {
      const name = Object.values(group).map(String).join(" · ");
      return [
        [`group ${at + 1}`, name],
        [`value ${at + 1}`, value],
        [`count ${at + 1}`, count],
        ...(first === null ? [] : [[`first ${at + 1}`, first]]),
        ...(last === null ? [] : [[`last ${at + 1}`, last]]),
        ...(before === undefined ? [] : [[`before ${at + 1}`, before]]),
        ...(earlier === undefined ? [] : [[`count before ${at + 1}`, earlier]]),
      ] as [string, string | number | null][];
    });
  return Object.fromEntries([
    ["matched", table.matched],
    ["read", table.read],
    ["groups", table.groups],
    ...(table.range === null
      ? []
      : [
          ["start", table.range.start],
          ["end", table.range.end],
        ]),
    ...rows,
  ]) as AskObservation["facts"];
}

/** An observation as a finding, so that the citation check of the report also holds for answers. */
export const asFinding = ({ id, summary, entity, facts, plan }: AskObservation): CitedFinding => ({
  id,
  ...KIND_OF[plan?.select ?? "logs"],
  entity: { id: entity, kind: "unknown" },
  strength: 0,
  onsetMs: null,
  peer: null,
  summary,
  evidence: { connector: "ask", query: summary, window: null, facts },
});

/** An observation for a model: numbers as they are, everything else quoted. */
export const observationData = ({ id, facts, table, plan }: AskObservation, names: ReadonlySet<string>): unknown => ({
  id,
  ...(table === null || plan === null
    ? {
        facts: Object.fromEntries(
          Object.entries(facts).map(([name, value]) => [
            quotedText(name, 60, names),
            typeof value === "string" ? quotedText(value, LONGEST_TEXT, names) : value,
          ]),
        ),
      }
    : {
        unit: quotedText(table.unit, 60, names),
        matched: table.matched,
        read: table.read,
        groups: table.groups,
        range: table.range,
        compared: table.compared,
        rows: table.rows
          .slice(0, MOST_ROWS)
          .map(({ group, value, count, first, last, before, before_count: earlier }) => ({
            group: Object.fromEntries(
              Object.entries(group).map(([field, value]) => [
                quotedName(field),
                typeof value === "string" ? quotedText(value, LONGEST_TEXT, names) : value,
              ]),
            ),
            value,
            count,
            first,
            last,
            ...(before === undefined ? {} : { before, count_before: earlier }),
          })),
      }),
});

/** Entities that an observation names, by its conditions and its groups. */
export const entitiesIn = ({ plan, table, entity }: AskObservation, known: ReadonlySet<string>): string[] =>
  [
    entity,
    ...(plan?.where ?? []).map(({ value }: AskPlan["where"][number]) => String(value)),
    ...(table?.rows ?? []).flatMap(({ group }) => Object.values(group).map(String)),
  ].filter((name) => known.has(name));
