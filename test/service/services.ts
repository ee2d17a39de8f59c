import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { openService } from "../../src/compose/open-service.ts";
import type { CausewayService } from "../../src/service/causeway-service.ts";
import { type Config, loadConfig } from "../../src/config.ts";
import type { ProgressEvent } from "../../src/domain/service.ts";
import { HANG_MS } from "../hang.ts";
import { newPostgresDatabase } from "../postgres/new-database.ts";

export const newHome = (): string => mkdtempSync(join(tmpdir(), "causeway-service-"));

/** The storage of a service. Several services may use it, one after the other or at the same time. */
export const PLACES: readonly { kind: string; newPlace(): Promise<Record<string, string>> }[] = [
  { kind: "embedded", newPlace: async () => ({ CAUSEWAY_HOME: newHome() }) },
  { kind: "shared", newPlace: async () => ({ CAUSEWAY_HOME: newHome(), DATABASE_URL: await newPostgresDatabase() }) },
];

export const configAt = (place: Record<string, string>): Config =>
  loadConfig({ llm: false }, { LOG_LEVEL: "silent", ...place });

export const serviceAt = (place: Record<string, string>, workers = 1): Promise<CausewayService> =>
  openService(configAt(place), { log: pino({ level: "silent" }), workers });

/** All events of an analysis, to its end. */
export async function eventsOf(service: CausewayService, analysisId: string, afterId = 0): Promise<ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  for await (const event of service.progress(analysisId, { afterId, signal: AbortSignal.timeout(HANG_MS) }))
    events.push(event);
  return events;
}
