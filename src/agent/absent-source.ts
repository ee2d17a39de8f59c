import { SIGNALS } from "../domain/telemetry.ts";
import type { TelemetryHandle } from "../telemetry/handle.ts";

/** How a report describes a signal without a source. That is no failure. */
export const ABSENT = { recorded: "not recorded", live: "no source is configured" } as const;

/**
 * Why a signal of this incident has no source: a recording lacks it, or no live source is configured. The topology does
 * not tell: a file of it describes the system, for recordings too.
 */
export const whyAbsent = (telemetry: Pick<TelemetryHandle, "isRecorded">): string =>
  SIGNALS.every((signal) => signal === "topology" || telemetry.isRecorded(signal)) ? ABSENT.recorded : ABSENT.live;
