import type { AlertSource, ChangeSource, FetchOptions } from "../../domain/ports.ts";
import { Alert, Change } from "../../domain/telemetry.ts";
import { readJsonl } from "./jsonl.ts";
import type { Recording } from "./recording.ts";
import { timeLimits } from "./time-limits.ts";

/** The alert sets of the other recordings of the same system. */
export type PastAlerts = (options: FetchOptions) => Promise<Alert[][]>;

/** `alerts.jsonl`, in file order. */
export const fileAlerts = (recording: Recording, past: PastAlerts | null): AlertSource => ({
  name: "files",
  ...(past && { fetchPastAlerts: (options = {}) => past(options) }),
  async fetchAlerts(slice, options = {}) {
    const file = await recording.find("alerts.jsonl", slice);
    return file === null ? [] : readJsonl(file, Alert, timeLimits(slice.window, recording.asOfMs), options);
  },
});

/** `changes.jsonl`, in file order. */
export const fileChanges = (recording: Recording): ChangeSource => ({
  name: "files",
  async fetchChanges(slice, options = {}) {
    const file = await recording.find("changes.jsonl", slice);
    return file === null ? [] : readJsonl(file, Change, timeLimits(slice.window, recording.asOfMs), options);
  },
});
