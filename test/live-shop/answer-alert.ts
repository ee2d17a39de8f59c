import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../../src/domain/report.ts";
import type { CasePlan } from "../../src/lab/record/cases.ts";
import { startCauseway } from "../bench-service/causeway-process.ts";
import { freePort } from "../servers/processes.ts";
import { openedIncidents, untilOpened, untilReported } from "./causeway-api.ts";
import { type Estate, startEstate } from "./estate.ts";
import { waitMsOf } from "./monitoring.ts";

/**
 * How one fault was answered. `firedMs`: when Prometheus said that the first rule fires, after its `for:`. `openedMs`:
 * when Alertmanager's webhook opened the incident. Unix milliseconds.
 */
export type AnsweredAlert = {
  faultMs: number;
  firedMs: number;
  openedMs: number;
  reportedMs: number;
  alerts: string[];
  report: Report;
};

type Story = { plan: CasePlan; seed: number; quietMs: number; say: (what: string) => void };

/** An alert that has not come by then never comes. */
const NO_ALERT_MS = 240_000;

/** On a computer that is busy with other work, a healthy shop can be slow enough for an alert. */
const MAX_TRIES = 4;
class NotQuiet extends Error {}

/** Runs the shop, breaks it, and waits until Causeway answered the alert. Starts again if an alert comes before. */
export async function answerAlert(story: Story): Promise<AnsweredAlert> {
  for (let tries = 1; ; tries++) {
    try {
      return await answerOnce(story);
    } catch (error) {
      if (!(error instanceof NotQuiet) || tries === MAX_TRIES) throw error;
      story.say(`${error.message}; starting again`);
    }
  }
}

const answerOnce = ({ plan, seed, quietMs, say }: Story): Promise<AnsweredAlert> =>
  withLiveShop(seed, async ({ shop }, url) => {
    await sleep(quietMs);
    const [noise] = (await openedIncidents(url)).flatMap(({ alerts }) => alerts);
    if (noise !== undefined) throw new NotQuiet(`before the fault, ${noise.name} of ${noise.entity} fired`);
    const faultMs = Date.now();
    say("fault on");
    plan.begin(shop);
    await plan.change?.apply(shop);
    const signal = AbortSignal.timeout(NO_ALERT_MS);
    const { id, openedAtMs } = await untilOpened(url, signal);
    say(`alert fired, incident ${id} opened`);
    const { report, finishedAtMs } = await untilReported(url, id, signal);
    const [incident] = (await openedIncidents(url)).filter((each) => each.id === id);
    const alerts = incident?.alerts ?? [];
    const firedMs = Math.min(...alerts.map(({ starts_at }) => starts_at));
    const early = alerts.find(({ name, starts_at }) => starts_at - faultMs < waitMsOf(name));
    if (early !== undefined) throw new NotQuiet(`${early.name} of ${early.entity} began before the fault`);
    const names = alerts.map(({ name, entity }) => `${name} ${entity}`);
    return { faultMs, firedMs, openedMs: openedAtMs, reportedMs: finishedAtMs, alerts: names, report };
  });

/** The names of alerts that fire in a shop without a fault. */
export const alertsOfHealthyShop = ({ seed, quietMs }: Pick<Story, "seed" | "quietMs">): Promise<string[]> =>
  withLiveShop(seed, async (_estate, url) => {
    await sleep(quietMs);
    return (await openedIncidents(url)).flatMap(({ alerts }) => alerts.map(({ name, entity }) => `${name} ${entity}`));
  });

/** The estate, and a real `causeway serve` that reads it. Both end with `run`. */
async function withLiveShop<T>(seed: number, run: (estate: Estate, causewayUrl: string) => Promise<T>): Promise<T> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const home = mkdtempSync(join(tmpdir(), "causeway-live-shop-"));
  const estate = await startEstate({ causewayUrl: url, seed });
  try {
    const env = {
      CAUSEWAY_HOME: home,
      PROMETHEUS_URL: estate.prometheusUrl,
      CAUSEWAY_LOG_FILES: join(estate.folder, "*.log.jsonl"),
    };
    const causeway = await startCauseway(["serve", "--port", String(port)], env, /listens on (http:\S+)/);
    try {
      return await run(estate, url);
    } finally {
      await causeway.end();
    }
  } finally {
    await estate.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
