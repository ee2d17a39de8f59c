import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Alert, Change } from "../../domain/telemetry.ts";
import { type LogLine, openLog } from "../process/logger.ts";
import type { SpanLine } from "../process/tracer.ts";
import { createRandom, integerBetween } from "../random.ts";
import { type LoadTally, runLoad } from "../run/load.ts";
import type { Rates } from "../run/rates.ts";
import { runScraper } from "../run/scraper.ts";
import { createSloMonitor } from "../run/slo-monitor.ts";
import { type Shop, startShop } from "../run/supervisor.ts";
import { ENTRY } from "../shop/plan.ts";
import type { CasePlan, ChangePlan } from "./cases.ts";
import { type Durations, scheduleOf } from "./schedule.ts";

export type CaseRunOptions = {
  plan: CasePlan;
  seed: number;
  durations: Durations;
  requestsPerSecond: number;
  signal: AbortSignal;
  say: (what: string) => void;
};
/** Telemetry and times of one run of the shop. Times are Unix milliseconds. */
export type RunRecord = {
  startMs: number;
  onsetMs: number;
  endMs: number;
  lines: LogLine[];
  spans: SpanLine[];
  scrapes: { service: string; rates: Rates }[];
  alerts: Alert[];
  changes: Change[];
  /** Id of the faulty change. */
  culpritChange: string | null;
  tally: LoadTally;
};

/** Time for the last spans and lines to be written after the load ends. */
const DRAIN_MS = 500;

/**
 * Runs the shop once, first without and then with the plan's fault, and reads the files of its processes. It always
 * ends every process and removes the working folder.
 * @throws {IncidentError} UNAVAILABLE if the shop cannot be started. @throws the signal's reason when it fires.
 */
export async function runCase(options: CaseRunOptions): Promise<RunRecord> {
  const folder = await mkdtemp(join(tmpdir(), "causeway-lab-"));
  try {
    const shop = await startShop(folder, openLog(join(folder, "supervisor.log.jsonl"), "supervisor"));
    try {
      return await observe(shop, folder, options);
    } finally {
      await shop.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function observe(
  shop: Shop,
  folder: string,
  { plan, seed, durations, requestsPerSecond, signal, say }: CaseRunOptions,
): Promise<RunRecord> {
  const schedule = scheduleOf(durations, seed);
  const random = createRandom(seed ^ 0xc4a);
  const changes: Change[] = [];
  const change = async ({ entity, kind, summary, apply }: ChangePlan): Promise<string> => {
    const id = `chg-${integerBetween(random, 10_000, 99_999)}`;
    changes.push({ timeUnixMs: Date.now(), entity, kind, id, summary });
    await apply(shop);
    return id;
  };

  const scrapes: RunRecord["scrapes"] = [];
  const monitor = createSloMonitor();
  const ending = new AbortController();
  const background = AbortSignal.any([signal, ending.signal]);
  const onRates = (service: string, rates: Rates): void => {
    scrapes.push({ service, rates });
    monitor.observe(service, rates);
  };
  const scraping = runScraper({
    ports: shop.ports,
    folder,
    intervalMs: durations.scrapeMs,
    signal: background,
    onRates,
  });
  const loading = runLoad({ port: shop.ports.get(ENTRY) ?? 0, seed, requestsPerSecond, signal: background });
  const wait = async (untilMs: number): Promise<void> => {
    const slept = sleep(Math.max(0, untilMs - Date.now()), undefined, { signal }).catch(() => undefined);
    await Promise.race([slept, failureOf(scraping), failureOf(loading)]);
    signal.throwIfAborted();
  };

  try {
    const startMs = Date.now() + durations.warmUpMs;
    for (const [i, harmless] of plan.harmless.entries()) {
      await wait(startMs + (schedule.changesMs[i] ?? 0));
      await change(harmless);
    }
    await wait(startMs + schedule.onsetMs);
    const onsetMs = Date.now();
    say(plan.entities.length > 0 ? "fault on" : "no fault");
    plan.begin(shop);
    const culpritChange = plan.change && (await change(plan.change));
    await wait(startMs + schedule.endMs);
    const endMs = Date.now();
    ending.abort();
    const tally = await loading;
    await sleep(DRAIN_MS);
    return {
      startMs,
      onsetMs,
      endMs,
      tally,
      changes,
      culpritChange,
      scrapes,
      alerts: monitor
        .alerts()
        .filter(({ timeUnixMs }) => timeUnixMs !== null && timeUnixMs >= startMs && timeUnixMs <= endMs),
      lines: await readLines<LogLine>(folder, ".log.jsonl"),
      spans: await readLines<SpanLine>(folder, ".spans.jsonl"),
    };
  } finally {
    ending.abort();
    await Promise.allSettled([scraping, loading]);
  }
}

/** Never resolves; rejects when `work` rejects, so that a broken scraper ends the run at once. */
const failureOf = (work: Promise<unknown>): Promise<never> => new Promise((_, reject) => void work.catch(reject));

/** Reads records, one JSON object per line. A killed process may leave a partial last line, which is left out. */
async function readLines<T>(folder: string, ending: string): Promise<T[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as T),
  );
}
