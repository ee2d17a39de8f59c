import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Report } from "../../src/domain/report.ts";

const Time = z.iso.datetime().transform((text) => Date.parse(text));
const Listing = z.object({ items: z.array(z.object({ id: z.string(), opened_at: Time.nullable() })) });
const Analysis = z.object({ id: z.string(), status: z.string(), finished_at: Time.nullable(), requested_at: Time });
const Incident = z.object({
  alerts: z.array(z.object({ name: z.string(), entity: z.string(), starts_at: Time })),
  analyses: z.array(Analysis),
});
export type OpenedIncident = z.infer<typeof Incident> & { id: string; openedAtMs: number };
export type FinishedAnalysis = { report: Report; finishedAtMs: number };

const POLL_MS = 200;

const get = async <T>(url: string, schema: z.ZodType<T>): Promise<T> => schema.parse(await (await fetch(url)).json());

/** The incidents that alerts opened. */
export async function openedIncidents(url: string): Promise<OpenedIncident[]> {
  const { items } = await get(`${url}/v1/incidents`, Listing);
  const opened = items.filter(({ opened_at }) => opened_at !== null);
  return Promise.all(
    opened.map(async ({ id, opened_at }) => ({
      ...(await get(`${url}/v1/incidents/${id}`, Incident)),
      id,
      openedAtMs: opened_at ?? 0,
    })),
  );
}

/** Waits until an alert opened an incident. @throws the signal's reason */
export async function untilOpened(url: string, signal: AbortSignal): Promise<OpenedIncident> {
  for (;;) {
    const [first] = (await openedIncidents(url)).toSorted((a, b) => a.openedAtMs - b.openedAtMs);
    if (first !== undefined) return first;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Waits for the report of the first analysis of an incident. @throws {Error} if it failed; the signal's reason */
export async function untilReported(url: string, incidentId: string, signal: AbortSignal): Promise<FinishedAnalysis> {
  for (;;) {
    const { analyses } = await get(`${url}/v1/incidents/${incidentId}`, Incident);
    const first = analyses.toSorted((a, b) => a.requested_at - b.requested_at)[0];
    if (first?.status === "failed") throw new Error(`analysis ${first.id} failed`);
    if (first !== undefined && first.finished_at !== null) {
      const report = await get(`${url}/v1/analyses/${first.id}/report`, Report);
      return { report, finishedAtMs: first.finished_at };
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
