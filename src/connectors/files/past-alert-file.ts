import { z } from "zod";
import { Alert } from "../../domain/telemetry.ts";

/** Beside `alerts.jsonl`, in a recording of a live incident: the alert sets of past incidents, a list for each. */
export const PAST_ALERTS_FILE = "past-alerts.json";
export const PastAlertSets = z.array(z.array(Alert));
