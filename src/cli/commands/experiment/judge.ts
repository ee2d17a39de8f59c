import type { Command } from "commander";
import {
  calibrateJudge,
  judgeAll,
  type JudgeCalibration,
  readLabels,
  readPairs,
  requireCalibrated,
  summaryOf,
} from "../../../bench/experiments/answer-judge.ts";
import { writeWhole } from "../../../bench/runs/write-whole.ts";
import { withJudge } from "../../../compose/judge.ts";
import { createLog } from "../../../compose/log.ts";
import { loadConfig } from "../../../config.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { casesBar } from "../../cases-bar.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print } from "../../io.ts";

type Flags = { labels?: string; pairs?: string; calibration: string; json?: boolean; quiet?: boolean };

const calibrationLines = ({ model, labels, kappa, low, high, consistent, isUsable, why }: JudgeCalibration): string =>
  [
    `judge ${model}: ${isUsable ? "usable" : "off"}`,
    `  ${why}`,
    `  ${labels} labels of people; kappa ${kappa?.toFixed(2) ?? "-"}, 95 % [${low?.toFixed(2) ?? "-"}, ${high?.toFixed(2) ?? "-"}]`,
    `  the same answer in both orders: ${(100 * consistent).toFixed(0)} %`,
  ].join("\n");

export function addJudgeCommand(experiment: Command, io: Io, done: Done): void {
  experiment
    .command("judge")
    .description("let the configured model compare answers; off until it agrees with labels of people (kappa 0.7)")
    .option("--labels <file>", "pairs with labels of people: measure the judge, and write --calibration")
    .option("--pairs <file>", "pairs of answers: judge them; refused without a calibration")
    .option("--calibration <file>", "what is known of the judge", "judge.json")
    .option("--json", "print JSON")
    .option("--quiet", "show no progress")
    .action(async ({ labels, pairs, calibration, json, quiet }: Flags) => {
      if ((labels === undefined) === (pairs === undefined))
        throw new IncidentError("BAD_INPUT", "judge takes either --labels or --pairs", {
          hint: "First --labels FILE, to calibrate; then --pairs FILE.",
        });
      const config = loadConfig({}, io.env);
      const bar = casesBar(io, "pairs", quiet);
      await withJudge(config, { log: createLog(config), now: io.now }, async (model) => {
        if (labels !== undefined) {
          const { rows, text } = await readLabels(labels);
          const found = await calibrateJudge(model, rows, { labelsText: text, nowMs: io.now(), onPair: bar.at });
          await writeWhole(calibration, `${JSON.stringify(found, null, 2)}\n`);
          print(io, json === true ? JSON.stringify(found, null, 2) : calibrationLines(found));
          return done(found.isUsable ? EXIT.ok : EXIT.belowGate);
        }
        const known = await requireCalibrated(calibration, model);
        const judged = await judgeAll(model, await readPairs(pairs ?? ""), bar.at);
        const summary = { ...summaryOf(judged), kappa: known.kappa, kappaLow: known.low };
        const { a, b, ties, inconsistent, p } = summary;
        print(
          io,
          json === true
            ? JSON.stringify({ ...summary, judged }, null, 2)
            : `a preferred ${a}, b preferred ${b}, ties ${ties} (${inconsistent} changed with the order); p ${p.toFixed(3)}\n` +
                `  judge: kappa ${known.kappa?.toFixed(2)}, may be as low as ${known.low?.toFixed(2)}`,
        );
      }).finally(bar.end);
    });
}
