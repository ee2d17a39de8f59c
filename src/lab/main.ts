// `npm run record`: runs the shop with each fault and records the results as scenarios.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { IncidentError } from "../domain/errors.ts";
import { type CasePlan, CASES } from "./record/cases.ts";
import { DOUBTFUL_CASES } from "./record/doubtful-cases.ts";
import { writeCase } from "./record/case-files.ts";
import { describeCase } from "./record/describe-case.ts";
import { runCase } from "./record/run-case.ts";
import { type Durations, DURATIONS, scheduleOf } from "./record/schedule.ts";

const USAGE = `npm run record [-- --case ID|WORD] [--out DIR] [--seed N] [--jobs N]

  --case    one of ${CASES.map(({ id, word }) => `${id} (${word})`).join(", ")}; may be given again; default: all.
            Or one of ${DOUBTFUL_CASES.map(({ id, word }) => `${id} (${word})`).join(", ")}: these go to OUT/investigations
  --out     folder that gets cases/ and oracles/ (default: fixtures)
  --seed    varies load and times; the case is then named <id>-seed<N>, so that several fit in one folder
  --jobs    shops at a time (default: 1); each is nine processes
  --quiet-seconds, --fault-seconds    how long each part lasts`;

const ALL_CASES = [...CASES, ...DOUBTFUL_CASES];
const REQUESTS_PER_SECOND = 9;
/** Delay before the second shop starts, so that parallel shops do not run in step. */
const STAGGER_MS = 5000;

type Settings = { plans: CasePlan[]; out: string; seed: number | null; jobs: number; durations: Durations };

function readArguments(): Settings | null {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      case: { ...text, multiple: true },
      out: text,
      seed: text,
      jobs: text,
      "quiet-seconds": text,
      "fault-seconds": text,
      help: { type: "boolean" },
    },
  });
  if (values.help) return null;
  const whole = (name: "seed" | "jobs" | "quiet-seconds" | "fault-seconds", least: number): number | null => {
    const given = values[name];
    if (given === undefined) return null;
    if (/^\d+$/.test(given) && Number(given) >= least) return Number(given);
    throw new IncidentError("BAD_INPUT", `--${name} ${given} is not a whole number from ${least}`, { hint: USAGE });
  };
  const plans = values.case?.map((name) => {
    const plan = ALL_CASES.find(({ id, word }) => id === name || word === name);
    if (!plan) throw new IncidentError("BAD_INPUT", `there is no case "${name}"`, { hint: USAGE });
    return plan;
  });
  const seconds = (name: "quiet-seconds" | "fault-seconds"): number | null => {
    const given = whole(name, 1);
    return given === null ? null : given * 1000;
  };
  const durations = {
    ...DURATIONS,
    quietMs: seconds("quiet-seconds") ?? DURATIONS.quietMs,
    faultMs: seconds("fault-seconds") ?? DURATIONS.faultMs,
  };
  return {
    plans: plans ?? [...CASES],
    out: values.out ?? "fixtures",
    seed: whole("seed", 0),
    jobs: whole("jobs", 1) ?? 1,
    durations,
  };
}

async function record(plan: CasePlan, { out, seed, durations }: Settings, signal: AbortSignal): Promise<void> {
  const id = seed === null ? plan.id : `${plan.id}-seed${seed}`;
  const caseSeed = (seed ?? 1) * 1000 + ALL_CASES.indexOf(plan);
  const say = (what: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${id} ${what}`);
  say(`recording, about ${Math.round((durations.warmUpMs + durations.quietMs + durations.faultMs) / 1000)} s`);
  const run = await runCase({ plan, seed: caseSeed, durations, requestsPerSecond: REQUESTS_PER_SECOND, signal, say });
  const recorded = describeCase(id, plan, run, scheduleOf(durations, caseSeed));
  const bytes = Object.values(
    await writeCase(plan.believed === undefined ? out : join(out, "investigations"), recorded),
  ).reduce((sum, size) => sum + size, 0);
  say(
    `${run.tally.sent} requests (${run.tally.failed} unanswered), ${recorded.logs.length} ` +
      `log lines, ${recorded.spans.length - 1} spans, ${recorded.metrics.length - 1} samples, ` +
      `${run.alerts.length} alerts, ${Math.round(bytes / 1024)} KiB`,
  );
}

async function main(): Promise<void> {
  const settings = readArguments();
  if (!settings) return console.log(USAGE);
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () =>
      stopping.abort(
        new IncidentError("UNAVAILABLE", `stopped by ${name}`, { hint: "Nothing was written for the cases in hand." }),
      ),
    );

  const queue = settings.plans.map((plan, i) => ({ plan, i }));
  const failures: unknown[] = [];
  const worker = async (lateMs: number): Promise<void> => {
    await new Promise((resolve) => void setTimeout(resolve, lateMs));
    for (let next = queue.shift(); next && !stopping.signal.aborted; next = queue.shift()) {
      await record(next.plan, settings, stopping.signal).catch((error: unknown) => void failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(settings.jobs, queue.length) }, (_, i) => worker(i * STAGGER_MS)));
  if (failures[0] !== undefined) throw failures[0];
}

try {
  await main();
} catch (error) {
  // parseArgs throws a TypeError with a code
  const isUserError = error instanceof IncidentError || (error instanceof TypeError && "code" in error);
  if (!isUserError) throw error;
  console.error(`record: ${error.message}${error instanceof IncidentError ? `\n${error.hint}` : `\n\n${USAGE}`}`);
  process.exitCode = 1;
}
