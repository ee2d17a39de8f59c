import { appendFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError } from "../../domain/errors.ts";
import { parseExposition } from "../process/prometheus-text.ts";
import { type Rates, ratesBetween, type Scrape } from "./rates.ts";

export type ScraperOptions = {
  ports: ReadonlyMap<string, number>;
  /** Folder for the raw pages, a file per service. */
  folder: string;
  intervalMs: number;
  signal: AbortSignal;
  /** Called with the rates of each service after each scrape. */
  onRates: (service: string, rates: Rates) => void;
};

const SCRAPE_TIMEOUT_MS = 2000;

/**
 * Reads `/metrics` of every service at each interval until `signal` fires. A service that does not answer is down:
 * `up` 0.
 */
export async function runScraper({ ports, folder, intervalMs, signal, onRates }: ScraperOptions): Promise<void> {
  const previous = new Map<string, Scrape>();
  const scrapeOne = async (service: string, port: number): Promise<void> => {
    const timeMs = Date.now();
    const page = await fetchPage(port);
    if (page === null) return onRates(service, { timeMs, values: new Map([["up", 0]]) });
    appendFileSync(join(folder, `${service}.prom`), `# scraped at ${timeMs}\n${page}\n`);
    const scrape: Scrape = { timeMs, exposition: parseExposition(page) };
    const values = new Map([["up", 1], ...ratesBetween(previous.get(service), scrape)]);
    previous.set(service, scrape);
    onRates(service, { timeMs, values });
  };
  for (let dueMs = performance.now(); !signal.aborted; dueMs += intervalMs) {
    await Promise.all([...ports].map(([service, port]) => scrapeOne(service, port)));
    await sleep(Math.max(0, dueMs + intervalMs - performance.now()), undefined, { signal }).catch(() => undefined);
  }
}

function fetchPage(port: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const asking = get({ host: "127.0.0.1", port, path: "/metrics", timeout: SCRAPE_TIMEOUT_MS }, (reply) => {
      if (reply.statusCode !== 200) {
        reject(
          new IncidentError("BAD_RESPONSE", `/metrics on port ${port} answered HTTP ${reply.statusCode}`, {
            hint: "Is another program on this port?",
          }),
        );
        return;
      }
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      reply.on("end", () => resolve(text)).on("error", () => resolve(null));
    });
    asking.on("timeout", () => asking.destroy()).on("error", () => resolve(null));
  });
}
