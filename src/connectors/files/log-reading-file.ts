import { z } from "zod";
import { LineReading } from "../../domain/line-facts.ts";

/**
 * What the owner of a scenario says of its raw logs, by the name of the file (`shop.log`): time zone, field of the
 * service.
 */
export const LOG_READING_FILE = "log-reading.json";
export const LogReadings = z.record(z.string(), LineReading);
