import type { ChangeImpactListing, ChangeOutcome, ChangeVerdict, MetricEffect } from "../domain/change-verdict.ts";
import { rounded } from "../domain/phrasing.ts";
import { clock, plural, utc } from "./labels.ts";
import { hang, type Style, type TextLayout, textLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";

const WORDS: Readonly<Record<ChangeOutcome, string>> = {
  better: "better",
  worse: "worse",
  no_difference_shown: "no difference shown",
  cannot_tell: "cannot tell",
};
const STYLES: Readonly<Record<ChangeOutcome, Style>> = {
  better: "green",
  worse: "red",
  no_difference_shown: "bold",
  cannot_tell: "dim",
};
const CONTROLS: Readonly<Record<MetricEffect["control"], readonly [one: string, many: string]>> = {
  unchanged_instances: ["unchanged instance", "unchanged instances"],
  untouched_services: ["untouched service", "untouched services"],
  same_hours_before: ["day before, same hours", "days before, same hours"],
};

/**
 * Lists changes with their verdicts: better, worse, no difference shown, cannot tell; and the effect on each metric.
 */
export function renderChangeImpact(
  { incident_id: incident, changes, gaps }: ChangeImpactListing,
  options: { color: boolean; width: number },
): string {
  const layout = textLayout(options);
  return `${[
    ...hang(layout, "", layout.paint("bold", `What changes did, incident ${neutral(incident, 100)}`)),
    ...(changes.length === 0 ? ["No change was recorded."] : []),
    ...changes.flatMap((change) => changeLines(layout, change)),
    ...(changes.some(({ effects }) => effects.length > 0)
      ? [
          "",
          ...hang(
            layout,
            "",
            "A difference in time is no proof of cause: something else may have begun at the same time.",
          ),
        ]
      : []),
    ...gaps.flatMap((gap) => hang(layout, "Not read: ", neutral(gap, 300))),
  ].join("\n")}\n`;
}

function changeLines(layout: TextLayout, change: ChangeVerdict): string[] {
  const { change_id: id, entity, kind, at, outcome, why, before, after, effects, not_compared: left } = change;
  return [
    "",
    ...hang(layout, "", `${neutral(kind, 20)} ${neutral(id, 100)} on ${neutral(entity, 100)}, ${utc(at)}`),
    ...hang(layout, "  ", `${layout.paint(STYLES[outcome], WORDS[outcome])}: ${neutral(why, 300)}`),
    ...(before === null || after === null
      ? []
      : hang(
          layout,
          "  ",
          `before ${clock(before.start)}–${clock(before.end)}, after ${clock(after.start)}–${clock(after.end)} UTC`,
        )),
    ...effects.flatMap((effect) => effectLines(layout, effect)),
    ...(left.length === 0 || effects.length === 0
      ? []
      : hang(layout, "  ", `not compared: ${plural(left.length, "metric")}; --json says why`)),
  ];
}

function effectLines(layout: TextLayout, effect: MetricEffect): string[] {
  const { metric, outcome, effect: size, low, high, p, control, controls } = effect;
  const shown = (value: number): string =>
    effect.relative ? `${signed(Math.round(value * 1000) / 10)} %` : signed(rounded(value));
  const [one, many] = CONTROLS[control];
  return hang(
    layout,
    "  • ",
    `${neutral(metric, 160)}: ${WORDS[outcome]}, ${shown(size)} (${shown(low)} to ${shown(high)}; p ${p < 0.001 ? "<.001" : p.toFixed(3)}), ` +
      `beside ${plural(controls, one, many)}`,
  );
}

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value).replace("-", "−"));
